package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.bench.Bench;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.S3Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands in this JVM, on a local Spark that listens on the loopback only. Spark reads its
 * properties from the system's, which is also how spark-submit hands them over.
 */
public final class Cli {
  public static final Path MODEL = Path.of("src/demo/model/repvit_m0_6_fashion_mnist.onnx");

  private Cli() {}

  /**
   * How a command ended.
   *
   * @param out what it wrote to standard output
   * @param err what it wrote to standard error, the log excluded
   */
  public record Ended(int exit, String out, String err) {
    /** This, which must have succeeded. */
    public Ended done() {
      assertEquals(ExitCode.DONE, exit, err);
      return this;
    }

    /** The one line with which a command refuses, beside the progress of a long listing. */
    public String refusal() {
      assertEquals(ExitCode.BAD_INPUT, exit, err);
      assertEquals("", out);
      List<String> lines = err.lines().filter(line -> !line.equals("classify: listing")).toList();
      assertEquals(1, lines.size(), err);
      return lines.get(0).strip();
    }
  }

  public static Ended run(String... args) {
    return run(Map.of(), args);
  }

  /** Runs a benchmark. */
  public static Ended bench(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exit = with(Map.of(), () -> Bench.run(new PrintWriter(out), new PrintWriter(err), args));
    return new Ended(exit, out.toString(), err.toString());
  }

  /**
   * Runs a command.
   *
   * @param spark properties beside those of every test
   */
  public static Ended run(Map<String, String> spark, String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exit = with(spark, () -> Main.run(new PrintWriter(out), new PrintWriter(err), args));
    return new Ended(exit, out.toString(), err.toString());
  }

  /**
   * {@code classify} with the demonstration model, under the date and name of every test, unless
   * {@code more} has others.
   */
  public static List<String> classifyArgs(String input, String output, String... more) {
    var args = new ArrayList<>(List.of("classify", "--input", input, "--output", output));
    args.addAll(List.of(more));
    Map.of("--model", MODEL.toString(), "--date", Tables.DATE, "--run-id", Tables.RUN)
        .forEach(
            (name, value) -> {
              if (!args.contains(name)) {
                args.addAll(List.of(name, value));
              }
            });
    return args;
  }

  /** Runs {@link #classifyArgs}. */
  public static Ended classify(
      Map<String, String> spark, String input, String output, String... more) {
    return run(spark, classifyArgs(input, output, more).toArray(String[]::new));
  }

  public static Ended classify(Path input, Path output, String... more) {
    return classify(Map.of(), input.toString(), output.toString(), more);
  }

  /** The lines of {@code conf/spark.conf}. */
  public static Map<String, String> sparkConf() throws IOException {
    return properties(Path.of("conf/spark.conf"));
  }

  /** The properties of a file as spark-submit reads it. */
  public static Map<String, String> properties(Path file) throws IOException {
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    var map = new HashMap<String, String>();
    properties.forEach((name, value) -> map.put((String) name, (String) value));
    return map;
  }

  /** Those, with the way to a store. */
  public static Map<String, String> sparkConf(S3Server s3) throws IOException {
    Map<String, String> spark = sparkConf();
    spark.putAll(s3.sparkProperties());
    return spark;
  }

  /** An action under Spark properties, which are taken back afterwards. */
  public interface Action<T, E extends Exception> {
    T run() throws E;
  }

  public static <T, E extends Exception> T with(Map<String, String> spark, Action<T, E> action)
      throws E {
    var all = new HashMap<>(LocalSpark.PROPERTIES);
    all.putAll(spark);
    var before = new HashMap<String, @Nullable String>();
    all.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
    try {
      return action.run();
    } finally {
      before.forEach(
          (name, value) -> {
            if (value == null) {
              System.clearProperty(name);
            } else {
              System.setProperty(name, value);
            }
          });
    }
  }
}
