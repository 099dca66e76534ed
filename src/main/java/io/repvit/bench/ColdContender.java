package io.repvit.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program that classifies the images of a folder, as a process of its own. */
sealed interface ColdContender {
  ObjectMapper JSON = new ObjectMapper();

  /** Its name in tables. */
  String name();

  /**
   * What is started.
   *
   * @param images a folder with {@code count} images
   * @param output a folder that does not exist
   */
  List<String> command(Path model, Path images, int count, Path output);

  /** Variables of the process beside those of this one. */
  default Map<String, String> environment() {
    return Map.of();
  }

  /** How many of {@code count} images, or a few more, the process has classified. */
  int classified(ColdProcess process, int count) throws IOException;

  /** Sessions on tensors in memory: no images, no Spark, no tables. */
  record OnnxRuntimeAlone(int batch) implements ColdContender {
    @Override
    public String name() {
      return "ONNX Runtime alone";
    }

    @Override
    public List<String> command(Path model, Path images, int count, Path output) {
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx1g",
          "-cp",
          classPath(),
          CeilingProcess.class.getName(),
          model.toString(),
          String.valueOf(batch),
          String.valueOf(runs(count)));
    }

    /** Of each thread; one goes before those that {@link Ceiling} measures. */
    private int runs(int count) {
      int atATime = batch * Runtime.getRuntime().availableProcessors();
      return Math.max(2, (count + atATime - 1) / atATime);
    }

    /** With the job jar, which spark-submit loads by itself. */
    private static String classPath() {
      try {
        Path own =
            Path.of(
                ColdContender.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return own + File.pathSeparator + System.getProperty("java.class.path");
      } catch (URISyntaxException e) {
        throw new IllegalStateException("the class path has an invalid URI", e);
      }
    }

    @Override
    public int classified(ColdProcess process, int count) {
      return runs(count) * batch * Runtime.getRuntime().availableProcessors();
    }
  }

  /** {@code jobs/repvit classify}. */
  record Job(Path launcher, int batch) implements ColdContender {
    @Override
    public String name() {
      return "repvit classify";
    }

    @Override
    public List<String> command(Path model, Path images, int count, Path output) {
      return List.of(
          // jobs/bench sets it for itself.
          "env",
          "--unset=REPVIT_MAIN",
          launcher.toString(),
          "classify",
          "--model",
          model.toString(),
          "--input",
          images.toString(),
          "--output",
          output.toString(),
          "--batch",
          String.valueOf(batch),
          "--json");
    }

    @Override
    public int classified(ColdProcess process, int count) throws IOException {
      return manifest(process).path("predicted").asInt();
    }

    /** Which the command prints. */
    static JsonNode manifest(ColdProcess process) throws IOException {
      return JSON.readTree(String.join("\n", process.output()));
    }
  }

  /** {@code jobs/repvit classify} on a standalone cluster. */
  record OnCluster(Job job, ColdCluster cluster) implements ColdContender {
    @Override
    public String name() {
      return "on a cluster";
    }

    @Override
    public List<String> command(Path model, Path images, int count, Path output) {
      return job.command(model, images, count, output);
    }

    @Override
    public Map<String, String> environment() {
      return cluster.environment();
    }

    @Override
    public int classified(ColdProcess process, int count) throws IOException {
      return job.classified(process, count);
    }
  }

  /** {@code src/test/python/classify_folder.py}. */
  record Python(Path python, Path script, int batch) implements ColdContender {
    @Override
    public String name() {
      return "Python";
    }

    @Override
    public List<String> command(Path model, Path images, int count, Path output) {
      List<String> command = new ArrayList<>(List.of(python.toString(), script.toString()));
      command.addAll(List.of("--model", model.toString()));
      command.addAll(List.of("--images", images.toString()));
      command.addAll(List.of("--output", output.toString()));
      command.addAll(List.of("--batch", String.valueOf(batch)));
      return command;
    }

    @Override
    public int classified(ColdProcess process, int count) throws IOException {
      return JSON.readTree(String.join("\n", process.output())).path("images").asInt();
    }
  }
}
