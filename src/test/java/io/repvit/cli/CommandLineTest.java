package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.predict.OpenResources;
import io.repvit.testing.Await;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes, and the one line that explains each. */
class CommandLineTest {
  @TempDir static Path folder;
  private static Path input;

  @BeforeAll
  static void copyImages() throws Exception {
    input = folder.resolve("input");
    Samples.garments(input, 1);
  }

  /**
   * A mistake of the user.
   *
   * @param says what the line must contain: place, finding or remedy
   */
  private record Mistake(String name, String says, List<String> args) {
    Mistake(String name, String says, String... args) {
      this(name, says, List.of(args));
    }
  }

  @TestFactory
  Stream<DynamicTest> aMistakeEndsInCode2AndOneLine() throws Exception {
    Path garbage = Files.writeString(folder.resolve("garbage.onnx"), "no protobuf at all");
    Path truncated = folder.resolve("truncated.onnx");
    byte[] model = Files.readAllBytes(Cli.MODEL);
    Files.write(truncated, java.util.Arrays.copyOf(model, model.length / 2));
    Path empty = Files.createFile(folder.resolve("empty.onnx"));
    Path unknownKey = Files.writeString(folder.resolve("key.conf"), "batchsize = 4\n");
    Path malformed = Files.writeString(folder.resolve("malformed.conf"), "batch = [4\n\n}\n");
    Path wrongType = Files.writeString(folder.resolve("type.conf"), "batch = many\n");
    Path ofOne = Files.write(folder.resolve("one.onnx"), TinyModels.ofOneImage());
    return Stream.of(
            new Mistake("unknown option", "--modell", "--modell", "x"),
            new Mistake("option without value", "--batch", "--batch"),
            new Mistake("cores of a run", "--dry-run", "--cores", "2"),
            new Mistake("no cores", "--cores is 0", "--dry-run", "--cores", "0"),
            new Mistake(
                "price without cores", "needs --cores", "--dry-run", "--price-per-core-hour", "1"),
            new Mistake(
                "negative price",
                "--price-per-1000-reads is -1",
                "--dry-run",
                "--price-per-1000-reads",
                "-1"),
            new Mistake("number that is none", "--batch", "--batch", "four"),
            new Mistake("number out of range", "batch is 257", "--batch", "257"),
            new Mistake("unknown choice", "orientation", "--orientation", "upside-down"),
            new Mistake("size that is none", "max-image-bytes", "--max-image-bytes", "big"),
            new Mistake("rate above one", "max-quarantine-rate", "--max-quarantine-rate", "1.5"),
            new Mistake("date that does not exist", "2026-02-30", "--date", "2026-02-30"),
            new Mistake("date in words", "expected auto", "--date", "yesterday"),
            new Mistake("run id with a slash", "a/b", "--run-id", "a/b"),
            new Mistake("unknown key in the file", "batchsize", "--config", unknownKey.toString()),
            new Mistake("file that is no HOCON", "malformed.conf", "--config", malformed + ""),
            new Mistake("value of another type", "batch", "--config", wrongType.toString()),
            new Mistake("file that is missing", "none.conf", "--config", folder + "/none.conf"),
            new Mistake("missing model", "does not exist", "--model", folder + "/none.onnx"),
            new Mistake("folder as model", "a folder", "--model", folder.toString()),
            new Mistake("garbage as model", "garbage.onnx", "--model", garbage.toString()),
            new Mistake("half a model", "truncated.onnx", "--model", truncated.toString()),
            new Mistake("empty model", "0 bytes", "--model", empty.toString()),
            new Mistake(
                "another model than pinned",
                "expected 00ff00ff",
                "--model-sha256",
                "00ff".repeat(16)),
            new Mistake("missing input", "does not exist", "--input", folder + "/none"),
            new Mistake("input of unknown scheme", "gopher", "--input", "gopher://host/images"),
            new Mistake("input that is no URI", "input :", "--input", "::/images"),
            new Mistake("bucket without a name", "s3a:", "--input", "s3a:///images"),
            new Mistake("output on s3", "write s3a:// instead", "--output", "s3://bucket/tables"),
            new Mistake("input on s3", "write s3a:// instead", "--input", "s3://bucket/images"),
            new Mistake("model on s3", "write s3a:// instead", "--model", "s3://bucket/m.onnx"),
            new Mistake("output that is a file", "is a file", "--output", empty.toString()),
            new Mistake("output below a file", "not a directory", "--output", empty + "/tables"),
            new Mistake("batch inside a graph", "set --batch 1", "--model", ofOne.toString()),
            new Mistake("line break in an argument", "U+000A", "--input", "/images\nb"),
            new Mistake("escape in an argument", "U+001B", "--output", "/tmp/\u001b[31m"),
            new Mistake("output of unknown scheme", "gopher", "--output", "gopher://host/tables"),
            new Mistake("output that is no URI", "output :", "--output", "::/tables"),
            new Mistake("model of unknown scheme", "gopher", "--model", "gopher://host/m.onnx"))
        .map(m -> DynamicTest.dynamicTest(m.name(), () -> refuses(m)));
  }

  private static void refuses(Mistake mistake) throws Exception {
    Path output = folder.resolve("output-of-" + mistake.name().replace(' ', '-'));
    var args = new ArrayList<>(List.of("classify"));
    withDefault(args, mistake, "--model", Cli.MODEL.toString());
    withDefault(args, mistake, "--input", input.toString());
    withDefault(args, mistake, "--output", output.toString());
    args.addAll(mistake.args());
    String line = Cli.run(args.toArray(String[]::new)).refusal();
    assertTrue(line.startsWith("repvit classify: "), line);
    assertTrue(line.contains(mistake.says()), line);
    assertFalse(line.contains("Exception"), line);
    assertEquals(List.of(), Tables.filesBelow(output));
  }

  private static void withDefault(List<String> args, Mistake mistake, String name, String value) {
    if (!mistake.args().contains(name)) {
      args.addAll(List.of(name, value));
    }
  }

  @Test
  void aMissingRequiredSettingIsNamed() {
    assertTrue(Cli.run("classify").refusal().contains("--model is required"));
    assertTrue(Cli.run("evaluate").refusal().contains("--predictions is required"));
  }

  @Test
  void anUnknownCommandAndNoneAreRefused() {
    assertTrue(Cli.run("clasify").refusal().contains("clasify"));
    assertTrue(Cli.run().refusal().contains("--help"));
  }

  @Test
  void whatIsOnAStoreWithoutListingsAndLengthsIsRefused() {
    String images = "https://localhost/a.jpg";
    String said = Cli.classify(Map.of(), images, folder + "/https").refusal();
    assertTrue(said.contains("input " + images + " cannot be listed"), said);
    String model = Cli.run("inspect", "https://localhost/m.onnx").refusal();
    assertTrue(model.contains("m.onnx has no known length"), model);
  }

  @Test
  void helpGoesToStandardOutput() {
    Cli.Ended help = Cli.run("classify", "--help").done();
    assertTrue(help.out().contains("--max-quarantine-rate"), help.out());
    assertEquals("", help.err());
  }

  @Test
  void theCommandLineWinsOverTheFileAndTheFileOverDefaults() throws Exception {
    Path output = folder.resolve("precedence");
    Path file =
        Files.writeString(
            folder.resolve("settings.conf"),
            "top-k = 3\nrun-id = from-the-file\nmax-image-bytes = 1MiB\n");
    Cli.classify(input, output, "--config", file.toString()).done();
    assertEquals(Tables.RUN, Tables.manifest(output).get("run_id").asText());
    try (Tables tables = Tables.open(output)) {
      assertEquals(
          List.of(List.of(3L)), tables.rows("select distinct len(top_k) from predictions"));
    }
  }

  @Test
  void aPublishedRunIsNotTouchedAgain() throws Exception {
    Path output = folder.resolve("twice");
    Cli.classify(input, output).done();
    var before = contents(output);
    String line = Cli.classify(input, output).refusal();
    assertTrue(line.contains("already published") && line.contains("--run-id"), line);
    assertEquals(before, contents(output));
  }

  @Test
  void nothingToDoIsCode3() throws Exception {
    Path nothing = Files.createDirectories(folder.resolve("nothing"));
    Files.writeString(Files.createDirectory(nothing.resolve("inside")).resolve("_SUCCESS"), "");
    Path output = folder.resolve("output-of-nothing");
    Cli.Ended ended = Cli.classify(nothing, output);
    assertEquals(ExitCode.NOTHING_NEW, ended.exit(), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertEquals("", ended.out());
    assertEquals(List.of(), Tables.filesBelow(output));
    assertEquals(ExitCode.DONE, Cli.classify(nothing, output, "--nothing-new-code", "0").exit());
  }

  @Test
  void tooManyInQuarantineIsCode4AndPublishesNothing() throws Exception {
    Path mixed = folder.resolve("mixed");
    Path output = folder.resolve("output-of-mixed");
    Samples.garments(mixed, 1);
    int broken = Samples.broken(mixed).size();
    double rate = (double) broken / (10 + broken);

    Cli.Ended ended =
        Cli.classify(
            mixed,
            output,
            "--max-image-bytes",
            Samples.MAX_IMAGE_BYTES,
            "--max-quarantine-rate",
            Double.toString(rate - 0.001));
    assertEquals(ExitCode.LIMIT_EXCEEDED, ended.exit(), ended.err());
    String last = ended.err().lines().reduce("", (a, b) -> b);
    assertTrue(last.contains("6 of 16") && last.contains("decode/TRUNCATED=1"), last);
    assertEquals("", ended.out());
    assertEquals(List.of(), Tables.filesBelow(output));

    Cli.classify(
            mixed,
            output,
            "--max-image-bytes",
            Samples.MAX_IMAGE_BYTES,
            "--max-quarantine-rate",
            Double.toString(rate))
        .done();
    assertEquals(broken, Tables.manifest(output).get("quarantined").asInt());
  }

  @Test
  void settingsThatSparkRefusesAreCode2() {
    for (var property : Map.of("spark.master", "local[x", "spark.task.cpus", "0").entrySet()) {
      var spark = Map.of(property.getKey(), property.getValue());
      Cli.Ended ended = Cli.classify(spark, input.toString(), folder + "/refused");
      assertEquals(ExitCode.BAD_INPUT, ended.exit(), property + ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
    }
  }

  @Test
  void aManifestThatCannotBeWrittenLeavesNoTableVisible() throws Exception {
    Path output = Files.createDirectory(folder.resolve("no-manifest"));
    Path obstacle = Files.writeString(output.resolve("runs"), "a file where a folder should be");
    Cli.Ended failed = Cli.classify(input, output);
    assertEquals(ExitCode.BAD_INPUT, failed.exit(), failed.err());
    assertEquals(
        List.of("runs"),
        Tables.filesBelow(output).stream().filter(f -> !f.startsWith("_staging/")).toList());

    Files.delete(obstacle);
    Cli.Ended again = Cli.classify(input, output).done();
    assertTrue(again.err().contains("1 of 1 waves with 10 images are done"), again.err());
    assertEquals(10, Tables.manifest(output).get("predicted").asInt());
    assertFalse(Files.exists(output.resolve("_staging")));
  }

  @Test
  void aFailureMidwayIsCode5AndTheSameRunSucceedsLater() throws Exception {
    Path many = folder.resolve("many");
    Path output = folder.resolve("output-of-many");
    Samples.garments(many, 6);

    var opensLeft = new AtomicInteger(40);
    BreakableFileSystem.Rule rule =
        (operation, path) -> {
          if (path.getName().endsWith(".png") && opensLeft.getAndDecrement() <= 0) {
            // No read should throw this exception; it is a defect of the file system, not of an
            // object.
            throw new IllegalStateException("the store's driver broke down");
          }
        };
    Cli.Ended failed =
        BreakableFileSystem.with(
            rule,
            () ->
                Cli.classify(
                    BreakableFileSystem.PROPERTIES,
                    many.toString(),
                    output.toString(),
                    "--partitions",
                    "6"));
    assertEquals(ExitCode.FAILED, failed.exit(), failed.err());
    assertEquals("", failed.out());
    String last = failed.err().lines().reduce("", (a, b) -> b);
    assertTrue(last.contains("failed: ") && last.contains("safe to start it again"), last);
    assertEquals(List.of(), Tables.filesBelow(output));
    awaitQuiet();

    Cli.classify(many, output).done();
    try (Tables tables = Tables.open(output)) {
      assertEquals(60, tables.number("select count(distinct path) from predictions"));
      assertEquals(60, tables.count("predictions", "true"));
    }
  }

  /** Tasks of a failed job may run for a moment after it. */
  private static void awaitQuiet() throws InterruptedException {
    Await.until("no session is in use", () -> OpenResources.handles() == 0);
    Await.until("no thread fetches", () -> OpenResources.fetchThreads() == 0);
  }

  private static Map<String, String> contents(Path root) throws Exception {
    var contents = new java.util.TreeMap<String, String>();
    for (String file : Tables.filesBelow(root)) {
      contents.put(file, java.util.Arrays.hashCode(Files.readAllBytes(root.resolve(file))) + "");
    }
    return contents;
  }
}
