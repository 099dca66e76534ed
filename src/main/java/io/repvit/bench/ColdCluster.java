package io.repvit.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A standalone cluster on this machine: a master, and a worker that starts one executor with all
 * processors for each application. It is up before the first measurement.
 */
final class ColdCluster implements AutoCloseable {
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REGISTERED =
      Pattern.compile("Successfully registered with (master)");
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";
  private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(1);
  private static final long LOOK_MS = 20;

  private final Path sparkHome;
  private final Path folder;
  private final List<Process> daemons = new ArrayList<>();
  private String master = "";

  private ColdCluster(Path sparkHome, Path folder) {
    this.sparkHome = sparkHome;
    this.folder = folder;
  }

  /**
   * Starts master and worker.
   *
   * @param sparkHome a Spark distribution
   * @param folder for logs and the files of executors
   */
  static ColdCluster start(Path sparkHome, Path folder) throws IOException, InterruptedException {
    var cluster = new ColdCluster(sparkHome, Files.createDirectories(folder));
    try {
      Path log = cluster.daemon("master", List.of("--port", "0"));
      cluster.master = await(log, MASTER);
      List<String> options =
          new ArrayList<>(List.of("--work-dir", folder.resolve("work").toString()));
      options.addAll(List.of("--cores", String.valueOf(processors()), "--memory", "4g"));
      options.add(cluster.master);
      await(cluster.daemon("worker", options), REGISTERED);
      return cluster;
    } catch (IOException | InterruptedException e) {
      cluster.close();
      throw e;
    }
  }

  /** What makes {@code jobs/repvit} submit to this cluster, with the options of this process. */
  Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME",
        sparkHome.toString(),
        "SPARK_LOCAL_IP",
        "127.0.0.1",
        "REPVIT_SUBMIT_ARGS",
        String.format(
            Locale.ROOT,
            "--master %s --executor-memory 2g --conf spark.executor.memoryOverhead=1g %s",
            master,
            System.getenv().getOrDefault("REPVIT_SUBMIT_ARGS", "")));
  }

  /** Waits for the next executor. */
  ProcessHandle executor() throws IOException, InterruptedException {
    ProcessHandle worker = daemons.get(1).toHandle();
    long end = System.nanoTime() + PATIENCE_NS;
    while (System.nanoTime() < end) {
      Optional<ProcessHandle> executor =
          worker
              .descendants()
              .filter(p -> p.info().commandLine().orElse("").contains(EXECUTOR))
              .findFirst();
      if (executor.isPresent()) {
        return executor.get();
      }
      Thread.sleep(LOOK_MS);
    }
    throw new IOException("the worker started no executor, see " + folder);
  }

  private Path daemon(String name, List<String> options) throws IOException {
    String main = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    List<String> command = new ArrayList<>();
    command.add(sparkHome.resolve("bin/spark-class").toString());
    command.add("org.apache.spark.deploy." + name + "." + main);
    command.addAll(List.of("--host", "127.0.0.1", "--webui-port", "0"));
    command.addAll(options);
    Path log = folder.resolve(name + ".log");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME", sparkHome.toString(), "JAVA_HOME", System.getProperty("java.home")));
    daemons.add(builder.start());
    return log;
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static String await(Path log, Pattern pattern) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NS;
    while (System.nanoTime() < end) {
      Matcher found = pattern.matcher(Files.readString(log));
      if (found.find()) {
        return found.group(1);
      }
      Thread.sleep(LOOK_MS);
    }
    throw new IOException("the cluster did not start, see " + log);
  }

  @Override
  public void close() throws InterruptedException {
    for (int i = daemons.size() - 1; i >= 0; i--) {
      daemons.get(i).destroy();
      daemons.get(i).waitFor();
    }
  }
}
