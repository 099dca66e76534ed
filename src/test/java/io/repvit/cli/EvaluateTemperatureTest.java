package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelFile;
import io.repvit.onnx.OnnxSummary;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A calibrated model: the scores of its table are softmax(logits / T). */
@Tag("slow")
class EvaluateTemperatureTest {
  /** The model's logits by channel are {@code GAIN * (value / 255 - 0.5) / 0.1}. */
  private static final float GAIN = 4;

  /** The true labels are drawn with the probabilities of this temperature. */
  private static final double TEMPERATURE = 2.5;

  private static final int IMAGES = 300;

  @TempDir static Path folder;
  private static Path model;
  private static Path input;
  private static Path output;
  private static final Map<String, double[]> LOGITS = new TreeMap<>();

  @BeforeAll
  static void classifyOnce() throws Exception {
    model = Files.write(folder.resolve("m.onnx"), TinyModels.colours(GAIN).bytes());
    input = folder.resolve("images");
    output = folder.resolve("tables");
    var random = new Random(15);
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < IMAGES; i++) {
      int rgb = 0;
      do {
        rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          rgb = rgb << 8 | 108 + random.nextInt(40);
        }
      } while (!seen.add(rgb));
      var logits = new double[3];
      for (int channel = 0; channel < 3; channel++) {
        logits[channel] = GAIN * ((rgb >> (16 - 8 * channel) & 255) / 255.0 - 0.5) / 0.1;
      }
      double[] p = softmax(logits, TEMPERATURE);
      double drawn = random.nextDouble();
      String truth = TinyModels.COLOURS.get(drawn < p[0] ? 0 : drawn < p[0] + p[1] ? 1 : 2);
      Path image = Files.createDirectories(input.resolve(truth)).resolve(i + ".png");
      Files.write(image, TinyModels.png(rgb, 32, 32));
      LOGITS.put("file:" + image, logits);
    }
    Cli.run(classify(model, output)).done();
  }

  private static String[] classify(Path model, Path output) {
    return new String[] {
      "classify",
      "--model",
      model.toString(),
      "--input",
      input.toString(),
      "--output",
      output.toString(),
      "--top-k",
      "9"
    };
  }

  private static double[] softmax(double[] logits, double temperature) {
    var p = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] / temperature);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  @Test
  void aModelWithItsTemperatureGivesCalibratedScoresAndTheSameLabels() throws Exception {
    Path file = folder.resolve("m.calibrated.onnx");
    Path results = folder.resolve("evaluation");
    String out =
        Cli.run(
                "evaluate",
                "--predictions",
                output.toString(),
                "--temperature",
                "--model",
                model.toString(),
                "--calibrated",
                file.toString(),
                "--output",
                results.toString())
            .done()
            .out();
    JsonNode summary = new ObjectMapper().readTree(results.resolve("summary.json").toFile());
    JsonNode fitted = summary.get("temperature");
    double t = fitted.get("value").asDouble();
    assertEquals(TEMPERATURE, t, 0.6);
    ModelFile written = ModelFile.of("m", Files.readAllBytes(file));
    assertTrue(out.contains("SHA-256 " + written.sha256()), out);
    assertTrue(Files.readString(results.resolve("report.html")).contains("Temperature"));
    ModelFile before = ModelFile.of("m", Files.readAllBytes(model));
    assertNotEquals(before.sha256(), written.sha256());
    assertEquals(Double.toString(t), metadata(written).get(ModelCard.TEMPERATURE_ENTRY));

    Path calibrated = folder.resolve("calibrated");
    Cli.run(classify(file, calibrated)).done();
    try (Tables one = Tables.open(output);
        Tables other = Tables.open(calibrated)) {
      String labels = "select path, label from predictions order by path";
      assertEquals(one.rows(labels), other.rows(labels));
      agree(other, t);
    }
    JsonNode again = evaluate(calibrated, "--temperature").get("temperature");
    assertEquals(fitted.get("ece_calibrated").asDouble(), again.get("ece").asDouble(), 1e-6);
    assertTrue(again.get("ece").asDouble() < fitted.get("ece").asDouble() / 2, fitted.toString());
    assertEquals(1, again.get("value").asDouble(), 1e-5);
  }

  private static void agree(Tables tables, double t) throws Exception {
    for (List<Object> row :
        tables.rows(
            "select path, s.label_index, s.score from (select path, unnest(top_k) as s from predictions)")) {
      double[] logits = Objects.requireNonNull(LOGITS.get(row.get(0).toString()));
      double expected = softmax(logits, t)[(Integer) row.get(1)];
      assertEquals(expected, ((Number) row.get(2)).doubleValue(), 2e-5, row::toString);
    }
  }

  private static Map<String, String> metadata(ModelFile file) {
    return OnnxSummary.of(file.name(), file.bytes()).metadata();
  }

  @Test
  void aModelThatDidNotMakeThePredictionsIsRefused() throws Exception {
    Path other = Files.write(folder.resolve("o.onnx"), TinyModels.colours(GAIN + 1).bytes());
    String line = calibrate(other, "--temperature").refusal();
    assertTrue(line.contains("has SHA-256"), line);
    String without = calibrate(model).refusal();
    assertTrue(without.contains("needed together"), without);
    assertFalse(Files.exists(folder.resolve("n.onnx")));
  }

  private static Cli.Ended calibrate(Path model, String... more) {
    var args =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--predictions",
                output.toString(),
                "--model",
                model.toString(),
                "--calibrated",
                folder.resolve("n.onnx").toString()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  private static JsonNode evaluate(Path tables, String... more) throws Exception {
    var args = new ArrayList<>(List.of("evaluate", "--predictions", tables.toString(), "--json"));
    args.addAll(List.of(more));
    return new ObjectMapper().readTree(Cli.run(args.toArray(String[]::new)).done().out());
  }
}
