package io.repvit.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * S3Proxy in a child JVM, because it brings two hundred libraries that must not meet Spark's.
 *
 * @param port where it listens on the loopback
 */
record S3Proxy(Process process, int port) implements AutoCloseable {
  /** Where the build copies S3Proxy, relative to the module; the system property overrides it. */
  static final Path JAR =
      Path.of(
          System.getProperty(
              "repvit.s3proxy.jar", "target/s3proxy/s3proxy-jar-with-dependencies.jar"));

  /** 2 s on an idle machine; a build that saturates every core may take ten times as long. */
  private static final Duration STARTUP_TIMEOUT = Duration.ofSeconds(60);

  /** The child halts without cleaning up, so only a stuck machine takes as long. */
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(10);

  /** Enough for the cause of a failed start, short enough for a test report. */
  private static final int LOG_TAIL_LINES = 30;

  /** Jetty's own report of the port that the operating system chose. */
  private static final Pattern STARTED =
      Pattern.compile("Started \\S*ServerConnector@\\S+ \\S+\\{127\\.0\\.0\\.1:(\\d+)}");

  /** Starts it with its settings and its log in {@code home}, and waits until it listens. */
  static S3Proxy start(Path home, Properties properties) throws IOException {
    Path log = home.resolve("server.log");
    Path settings = home.resolve("server.properties");
    try (Writer writer = Files.newBufferedWriter(settings)) {
      properties.store(writer, null);
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-cp",
            JAR.toAbsolutePath() + File.pathSeparator + ownClasses(),
            ExitWithParent.class.getName(),
            "org.gaul.s3proxy.Main",
            "--properties",
            settings.toString());
    // S3Proxy's logging reads these; the port is read from its log.
    builder
        .environment()
        .putAll(Map.of("LOG_LEVEL", "info", "JETTY_LOG_LEVEL", "info", "LOG_APPENDER", "STDOUT"));
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      return new S3Proxy(process, awaitPort(process, log));
    } catch (IOException | RuntimeException e) {
      stop(process);
      throw e;
    }
  }

  private static Path ownClasses() {
    try {
      return Path.of(
          ExitWithParent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the fixture's own class path entry is not a file", e);
    }
  }

  /** Waits until the log names the port, or the child has ended. */
  static int awaitPort(Process process, Path log) throws IOException {
    try {
      Await.within(
          STARTUP_TIMEOUT,
          () -> !process.isAlive() || STARTED.matcher(Files.readString(log, UTF_8)).find());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the S3 server was starting", e);
    }
    boolean alive = process.isAlive();
    String text = Files.readString(log, UTF_8);
    Matcher started = STARTED.matcher(text);
    if (alive && started.find()) {
      return Integer.parseInt(started.group(1));
    }
    String found =
        alive
            ? "is not ready after " + STARTUP_TIMEOUT.toSeconds() + " s"
            : "exited with code " + process.exitValue() + " while starting";
    throw new IllegalStateException(
        "the S3 server " + found + "; the end of " + log + ":\n" + tail(text));
  }

  private static String tail(String text) {
    List<String> lines = text.lines().toList();
    return String.join(
        "\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
  }

  /** Ends the child and waits until it is gone; what it stored stays on disk. */
  @Override
  public void close() {
    stop(process);
  }

  private static void stop(Process process) {
    try {
      process.getOutputStream().close(); // ExitWithParent halts at the end of its input
    } catch (IOException e) {
      process.destroyForcibly();
    }
    try {
      if (!process.waitFor(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
