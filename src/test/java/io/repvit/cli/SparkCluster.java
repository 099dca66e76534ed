package io.repvit.cli;

import io.repvit.testing.Await;
import io.repvit.testing.ExitWithParent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A cluster on this machine, each process a JVM, and {@code jobs/repvit} to submit to it. All of it
 * stands in one folder: Spark's home, the local and temporary folders of every JVM.
 */
abstract class SparkCluster implements AutoCloseable {
  static final long START_SECONDS = 300;

  private static final String SPARKS_LOG = "classpath:org/apache/spark/log4j2-defaults.properties";

  private final Path folder;
  private final List<Process> daemons = new ArrayList<>();
  private final List<Submitted> submitted = new ArrayList<>();

  SparkCluster(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    SparkHome.make(home());
    for (Path made : List.of(local(), temporary())) {
      Files.createDirectories(made);
    }
  }

  /** The name of the profile in {@code conf/profiles} for clusters of this kind. */
  abstract String profile();

  /** Options of spark-submit that override the profile. */
  abstract List<String> options();

  /** Starts a main class that runs as long as this JVM. */
  final Process daemon(String name, String classPath, String main, List<String> args)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // it lives for a minute
                ChildSpark.javaOptions(),
                "-cp",
                "target/test-classes" + File.pathSeparator + classPath,
                ExitWithParent.class.getName(),
                main));
    command.addAll(args);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    environment(builder);
    Process started = builder.redirectOutput(log(name).toFile()).start();
    daemons.add(started);
    return started;
  }

  /** The log of a daemon. */
  final Path log(String daemon) {
    return folder.resolve(daemon + ".log");
  }

  /** Sets the environment of a JVM of the cluster, without the build's own credentials. */
  private void environment(ProcessBuilder builder) {
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(environment());
  }

  Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME",
        home().toString(),
        "SPARK_SCALA_VERSION",
        "2.13",
        "SPARK_LOCAL_IP",
        "127.0.0.1",
        "SPARK_LOCAL_DIRS",
        local().toString(),
        "JAVA_HOME",
        System.getProperty("java.home"),
        "JAVA_TOOL_OPTIONS",
        "-Djava.io.tmpdir=" + temporary());
  }

  /**
   * Starts {@code jobs/repvit} with the profile.
   *
   * @param environment beside that of the cluster's JVMs: credentials
   * @param options of spark-submit
   * @param args of the job
   */
  final Submitted submit(Map<String, String> environment, List<String> options, List<String> args)
      throws IOException {
    var command = new ArrayList<>(List.of(Path.of("jobs/repvit").toAbsolutePath().toString()));
    command.addAll(args);
    var builder = new ProcessBuilder(command);
    environment(builder);
    // Spark's own log, which says more: it tells ports and may not tell secrets.
    builder.environment().put("SPARK_SUBMIT_OPTS", "-Dlog4j2.configurationFile=" + SPARKS_LOG);
    builder.environment().putAll(environment);
    builder.environment().put("REPVIT_PROFILES", profile());
    builder
        .environment()
        .put("REPVIT_SUBMIT_ARGS", String.join(" ", options()) + " " + String.join(" ", options));
    int number = submitted.size();
    Path out = folder.resolve("submit-" + number + ".out");
    Path err = folder.resolve("submit-" + number + ".err");
    var started =
        new Submitted(
            builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
    submitted.add(started);
    return started;
  }

  /** A running or ended {@code jobs/repvit}. */
  record Submitted(Process process, Path out, Path err) {
    /** Waits for the end and returns the exit code. */
    int await(int seconds) throws Exception {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        throw new AssertionError("still runs after " + seconds + " s:\n" + Files.readString(err));
      }
      return process.exitValue();
    }

    /** What it has written to standard error, with Spark's log. */
    String log() {
      try {
        return Files.readString(err);
      } catch (IOException e) {
        return e.toString();
      }
    }
  }

  /** The running processes of this cluster whose command line names {@code text}. */
  final List<ProcessHandle> running(String text) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.pid() != ProcessHandle.current().pid())
        .filter(
            p -> {
              String line = commandLine(p);
              return line.contains(folder.toString()) && line.contains(text);
            })
        .toList();
  }

  /** Waits until {@code count} such processes run. */
  final List<ProcessHandle> awaitRunning(String text, int count) throws InterruptedException {
    var found = new ArrayList<ProcessHandle>();
    Await.until(
        count + " processes of " + text + " run",
        () -> {
          found.clear();
          found.addAll(running(text));
          return found.size() == count;
        });
    return found;
  }

  static String commandLine(ProcessHandle p) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(p.pid()), "cmdline"));
    } catch (IOException e) {
      return ""; // ended meanwhile
    }
  }

  final Path folder() {
    return folder;
  }

  final Path home() {
    return folder.resolve("spark");
  }

  /** Where every JVM of the cluster has its temporary files. */
  final Path temporary() {
    return folder.resolve("tmp");
  }

  /** Where every JVM of the cluster has Spark's local files. */
  final Path local() {
    return folder.resolve("local");
  }

  /** Ends the daemons as an operator does, the last one first, and waits for them. */
  @Override
  public void close() throws Exception {
    for (Submitted s : submitted) {
      s.process().destroyForcibly();
    }
    for (int i = daemons.size() - 1; i >= 0; i--) {
      daemons.get(i).destroy();
      if (!daemons.get(i).waitFor(START_SECONDS, TimeUnit.SECONDS)) {
        daemons.get(i).destroyForcibly();
      }
    }
  }
}
