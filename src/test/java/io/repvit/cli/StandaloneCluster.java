package io.repvit.cli;

import io.repvit.testing.Await;
import io.repvit.testing.ExitWithParent;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Spark's standalone cluster on this machine: a master and two workers, each a JVM, and {@code
 * jobs/repvit} to submit to it. All of it stands in one folder: Spark's home, the workers' folders,
 * the local and temporary folders of every JVM.
 */
final class StandaloneCluster implements AutoCloseable {
  static final String EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend";
  static final String DRIVER = "org.apache.spark.deploy.worker.DriverWrapper";

  private static final String SPARKS_LOG = "classpath:org/apache/spark/log4j2-defaults.properties";
  private static final Duration START = Duration.ofSeconds(120);
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern UI = Pattern.compile("started at (http://\\S+)");
  private static final Pattern REGISTERED =
      Pattern.compile("(Successfully registered with master)");

  private final Path folder;
  private final List<Process> daemons = new ArrayList<>();
  private final List<Submitted> submitted = new ArrayList<>();
  private String master = "";
  private String ui = "";

  private StandaloneCluster(Path folder) {
    this.folder = folder;
  }

  static StandaloneCluster start(Path folder) throws Exception {
    var cluster = new StandaloneCluster(Files.createDirectories(folder));
    try {
      SparkHome.make(cluster.home());
      for (Path made : List.of(cluster.local(), cluster.temporary())) {
        Files.createDirectories(made);
      }
      cluster.daemon("master", "org.apache.spark.deploy.master.Master", "--port", "0");
      cluster.master = cluster.await("master", MASTER);
      cluster.ui = cluster.await("master", UI);
      for (String worker : List.of("worker-1", "worker-2")) {
        cluster.daemon(
            worker,
            "org.apache.spark.deploy.worker.Worker",
            "--cores",
            "2",
            "--memory",
            "3g",
            "--work-dir",
            cluster.folder.resolve(worker).toString(),
            cluster.master);
      }
      cluster.await("worker-1", REGISTERED);
      cluster.await("worker-2", REGISTERED);
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  private void daemon(String name, String main, String... args) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                ChildSpark.javaOptions(),
                "-cp",
                "target/test-classes" + File.pathSeparator + home() + "/jars/*",
                ExitWithParent.class.getName(),
                main,
                "--host",
                "127.0.0.1",
                "--webui-port",
                "0"));
    command.addAll(List.of(args));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    environment(builder);
    daemons.add(builder.redirectOutput(log(name).toFile()).start());
  }

  /** What each JVM of the cluster has, and nothing of the build's own credentials. */
  private void environment(ProcessBuilder builder) {
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(environment());
  }

  private Map<String, String> environment() {
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
   * Starts {@code jobs/repvit}.
   *
   * @param environment beside that of the cluster's JVMs: credentials
   * @param options of spark-submit
   * @param args of the job
   */
  Submitted submit(Map<String, String> environment, List<String> options, List<String> args)
      throws IOException {
    var command = new ArrayList<>(List.of(Path.of("jobs/repvit").toAbsolutePath().toString()));
    command.addAll(args);
    var builder = new ProcessBuilder(command);
    environment(builder);
    // Spark's own log, which says more: it tells ports and may not tell secrets.
    builder.environment().put("SPARK_SUBMIT_OPTS", "-Dlog4j2.configurationFile=" + SPARKS_LOG);
    builder.environment().putAll(environment);
    builder
        .environment()
        .put(
            "REPVIT_SUBMIT_ARGS",
            "--master "
                + master
                + " --conf spark.hadoop.hadoop.tmp.dir="
                + temporary()
                + " "
                + String.join(" ", options));
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
  }

  /** The running processes of this cluster whose command line names {@code text}. */
  List<ProcessHandle> running(String text) {
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
  List<ProcessHandle> awaitRunning(String text, int count) throws InterruptedException {
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

  /** What drivers in cluster mode have written to one of their streams, in one text. */
  String drivers(String stream) throws IOException {
    var text = new StringBuilder();
    for (String worker : List.of("worker-1", "worker-2")) {
      try (Stream<Path> files = Files.walk(folder.resolve(worker))) {
        for (Path file : (Iterable<Path>) files.sorted()::iterator) {
          if (file.toString().contains("/driver-") && file.endsWith(stream)) {
            text.append(Files.readString(file));
          }
        }
      }
    }
    return text.toString();
  }

  /** The master's web interface. */
  String ui() {
    return ui;
  }

  private Path home() {
    return folder.resolve("spark");
  }

  /** Where every JVM of the cluster has its temporary files. */
  Path temporary() {
    return folder.resolve("tmp");
  }

  /** Where every JVM of the cluster has Spark's local files. */
  Path local() {
    return folder.resolve("local");
  }

  private Path log(String daemon) {
    return folder.resolve(daemon + ".log");
  }

  private String await(String daemon, Pattern pattern) throws Exception {
    boolean started =
        Await.within(START, () -> pattern.matcher(Files.readString(log(daemon))).find());
    String text = Files.readString(log(daemon));
    Matcher found = pattern.matcher(text);
    if (!started || !found.find()) {
      throw new AssertionError(daemon + " did not start:\n" + text);
    }
    return found.group(1);
  }

  /** Ends workers and master as an operator does, and waits for them. */
  @Override
  public void close() throws Exception {
    for (Submitted s : submitted) {
      s.process().destroyForcibly();
    }
    for (int i = daemons.size() - 1; i >= 0; i--) {
      daemons.get(i).destroy();
      if (!daemons.get(i).waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
        daemons.get(i).destroyForcibly();
      }
    }
  }

  /**
   * For scripts: {@code StandaloneCluster FOLDER} starts a cluster, prints the environment in which
   * {@code spark-submit} reaches it, and {@code MASTER}, as NAME=VALUE, then {@code # ready}, and
   * serves until standard input ends.
   */
  public static void main(String[] args) throws Exception {
    try (StandaloneCluster cluster = start(Path.of(args[0]).toAbsolutePath())) {
      cluster.environment().forEach((name, value) -> System.out.println(name + "=" + value));
      System.out.println("MASTER=" + cluster.master);
      System.out.println("# ready");
      System.out.flush();
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
