package io.repvit.cli;

import io.repvit.testing.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Spark's standalone cluster: a master and two workers. */
final class StandaloneCluster extends SparkCluster {
  static final String EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend";
  static final String DRIVER = "org.apache.spark.deploy.worker.DriverWrapper";

  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern UI = Pattern.compile("started at (http://\\S+)");
  private static final Pattern REGISTERED =
      Pattern.compile("(Successfully registered with master)");

  private String master = "";
  private String ui = "";

  private StandaloneCluster(Path folder) throws IOException {
    super(folder);
  }

  static StandaloneCluster start(Path folder) throws Exception {
    var cluster = new StandaloneCluster(folder);
    try {
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
            folder.resolve(worker).toString(),
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
    var all = new ArrayList<>(List.of("--host", "127.0.0.1", "--webui-port", "0"));
    all.addAll(List.of(args));
    daemon(name, home() + "/jars/*", main, all);
  }

  @Override
  String profile() {
    return "standalone";
  }

  @Override
  List<String> options() {
    return List.of("--master", master, "--conf", "spark.hadoop.hadoop.tmp.dir=" + temporary());
  }

  /** What drivers in cluster mode have written to one of their streams, in one text. */
  String drivers(String stream) throws IOException {
    var text = new StringBuilder();
    for (String worker : List.of("worker-1", "worker-2")) {
      try (Stream<Path> files = Files.walk(folder().resolve(worker))) {
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

  private String await(String daemon, Pattern pattern) throws Exception {
    boolean started =
        Await.within(
            Duration.ofSeconds(START_SECONDS),
            () -> pattern.matcher(Files.readString(log(daemon))).find());
    String text = Files.readString(log(daemon));
    Matcher found = pattern.matcher(text);
    if (!started || !found.find()) {
      throw new AssertionError(daemon + " did not start:\n" + text);
    }
    return found.group(1);
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
