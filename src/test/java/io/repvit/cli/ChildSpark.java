package io.repvit.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** spark-submit in a JVM of its own, with nothing of the tests on its class path. */
public final class ChildSpark implements AutoCloseable {
  private final Process process;
  private final Path out;
  private final Path err;

  private ChildSpark(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** The entries of the class path on which the embedded Spark runs, the project's classes not. */
  public static List<Path> classPath() throws IOException {
    String text = Files.readString(classPathFile()).strip();
    return Stream.of(text.split(File.pathSeparator)).map(Path::of).toList();
  }

  /** Holds the class path of the embedded Spark; each Maven profile has its own. */
  public static Path classPathFile() {
    return Path.of(System.getProperty("repvit.classPath", "target/classpath.txt"));
  }

  /** The project's classes and those of {@link #classPath()} that {@code wanted} admits. */
  public static String classPath(Predicate<Path> wanted) throws IOException {
    return Stream.concat(
            Stream.of(Path.of("target/classes").toAbsolutePath()),
            classPath().stream().filter(wanted))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Runs a command of the project on the embedded Spark, in two slots of one JVM. */
  public static ChildSpark local(Path home, String heap, String classPath, List<String> command)
      throws IOException {
    var args = new ArrayList<>(List.of("--master", "local[2]", "spark-internal"));
    args.addAll(command);
    return submit(home, heap, classPath, args.toArray(String[]::new));
  }

  /** Argument of {@code java} with the options that Spark needs. */
  public static String javaOptions() {
    return Runtime.version().feature() < 24 ? "@conf/java.options" : "@conf/java24.options";
  }

  /** Lays {@code jars} out as a Spark distribution that can start executors. */
  public static Path sparkHome(Path home, List<Path> jars) throws IOException {
    Path folder = Files.createDirectories(home.resolve("jars"));
    for (Path jar : jars) {
      Files.createSymbolicLink(folder.resolve(jar.getFileName()), jar);
    }
    return home;
  }

  /**
   * Starts {@code spark-submit} with {@code conf/spark.conf}.
   *
   * @param home gets the log and temporary files; Spark's own home as well, when it has jars
   */
  public static ChildSpark submit(Path home, String classPath, String... args) throws IOException {
    return submit(home, "1g", classPath, args);
  }

  /**
   * As {@link #submit(Path, String, String...)}.
   *
   * @param heap most Java heap of the driver, as for {@code -Xmx}
   */
  public static ChildSpark submit(Path home, String heap, String classPath, String[] args)
      throws IOException {
    return submit(home, heap, classPath, Map.of(), args);
  }

  /**
   * As {@link #submit(Path, String, String...)}.
   *
   * @param environment beside that of this JVM, whose own credentials the child does not get
   */
  public static ChildSpark submit(
      Path home, String heap, String classPath, Map<String, String> environment, String[] args)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                // A shell that starts the tests in the background lets them ignore it.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                javaOptions(),
                // A killed JVM leaves native libraries there.
                "-Djava.io.tmpdir=" + Files.createDirectories(home.resolve("tmp")),
                "-Dlog4j2.configurationFile=conf/log4j2.properties",
                "-cp",
                classPath,
                "org.apache.spark.deploy.SparkSubmit",
                "--properties-file",
                "conf/spark.conf",
                "--conf",
                "spark.ui.enabled=false",
                "--class",
                "io.repvit.cli.Main"));
    command.addAll(List.of(args));
    Path out = home.resolve("stdout");
    Path err = home.resolve("stderr");
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(environment);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    return new ChildSpark(builder.start(), out, err);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The largest resident set so far ({@code VmHWM}), MiB; 0 when the process has ended. */
  public long peakResidentMiB() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/%d/status".formatted(process.pid())))) {
      return lines
          .filter(line -> line.startsWith("VmHWM"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0; // ended meanwhile
    }
  }

  public long pid() {
    return process.pid();
  }

  /** The processes below whose command line names {@code mainClass}. */
  public List<ProcessHandle> descendants(String mainClass) {
    return process
        .descendants()
        .filter(p -> SparkCluster.commandLine(p).contains(mainClass))
        .toList();
  }

  /** Waits for the end and returns the exit code. */
  public int await(int seconds) throws InterruptedException, IOException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("still runs after " + seconds + " s; standard error:\n" + err());
    }
    return process.exitValue();
  }

  public String out() throws IOException {
    return Files.readString(out);
  }

  public String err() throws IOException {
    return Files.readString(err);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
