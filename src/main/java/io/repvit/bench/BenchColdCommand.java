package io.repvit.bench;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.repvit.UserException;
import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.inference.OnnxRuntime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What users wait for: whole processes, each started anew, from start to exit. */
@Command(
    name = "cold",
    description =
        "Measures whole processes from start to exit: ONNX Runtime alone, classify, and a Python"
            + " script. Run it in the repository's folder.",
    mixinStandardHelpOptions = true)
final class BenchColdCommand implements Callable<Integer> {
  private static final String PHASES = "wall / processor seconds of the process";
  private static final String STAGES = "wall seconds of task threads";

  @Spec CommandSpec command;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Where the model, the images and the tables are made (default: ${DEFAULT-VALUE}).")
  Path work = Path.of("target/bench");

  @Option(
      names = "--images",
      paramLabel = "N",
      split = ",",
      converter = AtLeastOne.class,
      description = "Images per process, several numbers (default: ${DEFAULT-VALUE}).")
  List<Integer> images = List.of(20, 1000, 6000);

  @Mixin final BenchRounds rounds = new BenchRounds(3);

  @Mixin final BenchBatch batch = new BenchBatch();

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "The model (default: RepViT-M0.9 with pseudo-random weights).")
  @Nullable Path model;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description =
          "Interpreter with the packages of src/test/python/requirements.txt; left out without it.")
  @Nullable Path python;

  @Option(
      names = "--script",
      paramLabel = "FILE",
      description = "What it runs (default: ${DEFAULT-VALUE}).")
  Path script = Path.of("src/test/python/classify_folder.py");

  @Option(
      names = "--launcher",
      paramLabel = "FILE",
      description = "Starts classify (default: ${DEFAULT-VALUE}).")
  Path launcher = Path.of("jobs/repvit");

  @Option(
      names = "--spark-home",
      paramLabel = "DIR",
      description =
          "Spark distribution; classify runs also on a standalone cluster of it. Left out without"
              + " it.")
  @Nullable Path sparkHome;

  @Override
  public Integer call() throws IOException, InterruptedException, UserException {
    require("--launcher", launcher);
    require("--model", model);
    require("--python", python);
    require("--spark-home", sparkHome == null ? null : sparkHome.resolve("bin/spark-submit"));
    require("--script", python == null ? null : script);
    Path folder = work.toAbsolutePath();
    Files.createDirectories(folder);
    Path file = model == null ? BenchModel.make(folder) : model.toAbsolutePath();
    for (int count : images) {
      BenchImages.make(images(folder, count), count);
    }
    List<ColdContender> contenders = new ArrayList<>();
    contenders.add(new ColdContender.OnnxRuntimeAlone(batch.size));
    var job = new ColdContender.Job(launcher.toAbsolutePath(), batch.size);
    contenders.add(job);
    if (python != null) {
      contenders.add(
          new ColdContender.Python(python.toAbsolutePath(), script.toAbsolutePath(), batch.size));
    }
    if (sparkHome == null) {
      measure(contenders, file, folder);
      return ExitCode.DONE;
    }
    try (var cluster = ColdCluster.start(sparkHome.toAbsolutePath(), folder.resolve("cluster"))) {
      contenders.add(new ColdContender.OnCluster(job, cluster));
      measure(contenders, file, folder);
    }
    return ExitCode.DONE;
  }

  private void measure(List<ColdContender> contenders, Path file, Path folder)
      throws IOException, InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s, %d processors, JVM %s, ONNX Runtime %s, model %s, images %dx%d, batch %d%n%n",
        Machine.processor(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        OnnxRuntime.version(),
        file.getFileName(),
        BenchImages.WIDTH,
        BenchImages.HEIGHT,
        batch.size);
    var table = new ColdTable();
    for (int round = 1; round <= rounds.number; round++) {
      for (int count : images) {
        for (ColdContender contender : contenders) {
          for (ColdRun run : run(contender, round, count, file, folder)) {
            table.add(run);
            print(out, run);
          }
        }
      }
      // No program always runs on what the same other one left of caches and clock.
      Collections.rotate(contenders, 1);
    }
    out.println();
    out.println(table.programs());
    out.print(table.parts());
    out.flush();
  }

  private static void require(String option, @Nullable Path file) throws UserException {
    if (file != null && !Files.isRegularFile(file)) {
      throw new UserException(option + ": file " + file + " does not exist");
    }
  }

  private static Path images(Path folder, int count) {
    return folder.resolve("images-" + count);
  }

  /** The runs of the program and, on a cluster, of its executor. */
  private static List<ColdRun> run(
      ColdContender contender, int round, int count, Path model, Path folder)
      throws IOException, InterruptedException {
    Path output = folder.resolve("cold-output");
    delete(output);
    List<String> command = contender.command(model, images(folder, count), count, output);
    List<ColdRun> runs = new ArrayList<>();
    ColdProcess process;
    if (contender instanceof ColdContender.OnCluster on) {
      try (var executor = new ExecutorWatch(on.cluster(), round, count)) {
        process = ColdProcess.run(command, contender.environment());
        runs.add(executor.run());
      }
    } else {
      process = ColdProcess.run(command, contender.environment());
    }
    int classified = contender.classified(process, count);
    delete(output);
    if (classified < count) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s classified %d images, expected %d",
              contender.name(),
              classified,
              count));
    }
    Map<String, List<ColdRun.Part>> parts = new LinkedHashMap<>();
    if (contender instanceof ColdContender.Job || contender instanceof ColdContender.OnCluster) {
      JsonNode manifest = ColdContender.Job.manifest(process);
      parts.put(
          PHASES,
          ColdPhase.of(process, manifest).stream()
              .map(p -> new ColdRun.Part(p.name(), List.of(p.wallSeconds(), p.processorSeconds())))
              .toList());
      parts.put(ColdRun.THREADS, ColdRun.threads(process.byThread()));
      List<ColdRun.Part> stages = new ArrayList<>();
      manifest
          .path("stages")
          .fields()
          .forEachRemaining(
              e ->
                  stages.add(
                      new ColdRun.Part(
                          e.getKey(), List.of(e.getValue().path("seconds").asDouble()))));
      parts.put(STAGES, stages);
    }
    runs.add(
        0,
        new ColdRun(
            contender.name(),
            round,
            count,
            classified,
            process.wallSeconds(),
            process.processorSeconds(),
            process.peakPssMiB(),
            parts));
    return runs;
  }

  private static void print(PrintWriter out, ColdRun run) {
    out.printf(
        Locale.ROOT,
        "round %d  %-18s %6d images  %7.2f s, %7.2f s of processor, %5d MiB%n",
        run.round(),
        run.program(),
        run.images(),
        run.wallSeconds(),
        run.processorSeconds(),
        run.peakPssMiB());
    run.parts()
        .forEach(
            (title, parts) ->
                out.println(
                    parts.stream()
                        .map(p -> p.name() + " " + ColdTable.text(p.seconds()))
                        .collect(joining(", ", "  " + title + ": ", ""))));
    out.flush();
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
