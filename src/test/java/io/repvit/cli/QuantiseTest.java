package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.checkpoint.Sha256;
import io.repvit.export.Calibrator;
import io.repvit.inference.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class QuantiseTest {
  private static final int LIMIT = 200;

  /**
   * Enough for every outcome, few enough for a test; {@code docs/inference.md} has the accuracy.
   */
  private static final double ACCURACY = 0.88;

  @TempDir private static Path folder;
  private static Path int8;
  private static Map<String, String> printed;

  @BeforeAll
  static void quantise() {
    int8 = folder.resolve("m.int8.onnx");
    printed =
        lines(
            Cli.run(
                    "quantise",
                    "--model",
                    Cli.MODEL.toString(),
                    "--images",
                    Samples.FASHION.toString(),
                    "--limit",
                    Integer.toString(LIMIT),
                    "--output",
                    int8.toString())
                .done());
  }

  @Test
  void theCardSaysWhatWasDoneAndWhatItCost() throws IOException {
    assertEquals("7", printed.get("repvit.int8.weight-bits"));
    assertEquals(Sha256.of(Cli.MODEL), printed.get("repvit.int8.float.sha256"));
    assertEquals("100", printed.get("repvit.int8.calibration.images"));
    assertEquals("100", printed.get("repvit.int8.compared.images"));
    assertEquals("69", printed.get("convolutions in int8"));
    assertEquals(Sha256.of(int8), printed.get("file SHA-256"));
    double largest = Double.parseDouble(printed.get("repvit.int8.difference.largest"));
    double mean = Double.parseDouble(printed.get("repvit.int8.difference.mean"));
    assertTrue(mean > 1e-4 && mean < 0.02, "mean " + mean);
    assertTrue(largest > mean && largest < 0.3, "largest " + largest);
    assertTrue(Double.parseDouble(printed.get("repvit.int8.agreement")) >= 0.97);
  }

  @Test
  void inspectSaysTheSameAndCountsAsInFloat32() {
    Map<String, String> found = lines(Cli.run("inspect", int8.toString()).done());
    Map<String, String> before = lines(Cli.run("inspect", Cli.MODEL.toString()).done());
    printed.forEach(
        (key, value) -> {
          if (key.startsWith("repvit.")) {
            assertEquals(value, found.get(key), key);
          }
        });
    for (String key : new String[] {"parameters", "GMACs", "fused", "features", "inputs"}) {
      assertEquals(before.get(key), found.get(key), key);
    }
  }

  @Test
  void theSameImagesGiveTheSameFile() throws IOException {
    Path again = folder.resolve("again.onnx");
    quantise(again, Samples.FASHION, Integer.toString(LIMIT)).done();
    assertArrayEquals(Files.readAllBytes(int8), Files.readAllBytes(again));
  }

  @Test
  void classifyRunsItAndItsRowsSayWhichModelItWas() {
    Path output = folder.resolve("tables");
    Cli.classify(Samples.FASHION, output, "--model", int8.toString()).done();
    String evaluated =
        Cli.run("evaluate", "--predictions", output.resolve("predictions").toString()).done().out();
    Matcher found = Pattern.compile("1000 images, .* top-1 (\\S+),").matcher(evaluated);
    assertTrue(found.find(), evaluated);
    double top1 = Double.parseDouble(found.group(1));
    assertTrue(top1 > ACCURACY, "top-1 " + top1);
  }

  @Test
  void eightBitsOfACalibratedModelKeepItsTemperature() throws Exception {
    Path calibrated = folder.resolve("calibrated.onnx");
    Calibrator.write(ModelFile.of("m", Files.readAllBytes(Cli.MODEL)), 1.5, calibrated);
    Path eight = folder.resolve("eight.onnx");
    quantise(calibrated, eight, Samples.FASHION, "64", "--weight-bits", "8", "--min-agreement", "0")
        .done();
    Map<String, String> found = lines(Cli.run("inspect", eight.toString()).done());
    assertEquals("8", found.get("repvit.int8.weight-bits"));
    assertEquals("1.5", found.get("repvit.temperature"));
    assertEquals(Sha256.of(calibrated), found.get("repvit.int8.float.sha256"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "63 | 0 | 7 | --limit is 63, expected at least 64",
        "64 | 1.5 | 7 | minimum agreement is 1.5, expected 0 to 1",
        "64 | 0 | 6 | weights have 6 bits, expected 7 or 8",
      })
  void badOptionsAreRefused(String limit, String agreement, String bits, String message) {
    Path output = folder.resolve("refused.onnx");
    String refusal =
        quantise(
                output, Samples.FASHION, limit, "--min-agreement", agreement, "--weight-bits", bits)
            .refusal();
    assertTrue(refusal.contains(message), refusal);
    assertFalse(Files.exists(output));
  }

  @Test
  void fewImagesAreRefused() throws IOException {
    Path few = folder.resolve("few");
    Samples.garments(few, 6);
    String refusal = quantise(folder.resolve("no.onnx"), few, "100").refusal();
    assertTrue(refusal.contains("found 60 images, at least 64 are needed: half"), refusal);
  }

  @Test
  void whatIsNoImageIsNamed() throws IOException {
    Path mixed = folder.resolve("mixed");
    Samples.garments(mixed, 10);
    Files.writeString(mixed.resolve("notes.txt"), "no image");
    String refusal = quantise(folder.resolve("no.onnx"), mixed, "101").refusal();
    assertTrue(refusal.matches(".*image \\S*/notes.txt cannot be decoded: .*"), refusal);
  }

  @Test
  void anInt8ModelIsNotQuantisedAgain() {
    String refusal =
        Cli.run(
                "quantise",
                "--model",
                int8.toString(),
                "--images",
                Samples.FASHION.toString(),
                "--output",
                folder.resolve("twice.onnx").toString())
            .refusal();
    assertTrue(refusal.contains("so the model is quantised already"), refusal);
  }

  private static Cli.Ended quantise(Path output, Path images, String limit, String... more) {
    return quantise(Cli.MODEL, output, images, limit, more);
  }

  private static Cli.Ended quantise(
      Path model, Path output, Path images, String limit, String... more) {
    String[] given = {
      "quantise",
      "--model",
      model.toString(),
      "--images",
      images.toString(),
      "--limit",
      limit,
      "--output",
      output.toString()
    };
    return Cli.run(Stream.concat(Stream.of(given), Stream.of(more)).toArray(String[]::new));
  }

  /** What a command prints: a key and a value per line. */
  private static Map<String, String> lines(Cli.Ended ended) {
    Map<String, String> lines = new HashMap<>();
    ended
        .out()
        .lines()
        .map(line -> line.split(" {2,}| (?=\\S+$)", 2))
        .filter(parts -> parts.length == 2)
        .forEach(parts -> lines.putIfAbsent(parts[0].strip(), parts[1].strip()));
    return lines;
  }
}
