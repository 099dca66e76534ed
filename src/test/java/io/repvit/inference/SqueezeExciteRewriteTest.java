package io.repvit.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.export.Exporter;
import io.repvit.export.TimmPreprocessing;
import io.repvit.image.ImageDecoder;
import io.repvit.image.ImageException;
import io.repvit.image.ImageLimits;
import io.repvit.image.Orientation;
import io.repvit.image.Resampler;
import io.repvit.model.RepVitVariant;
import io.repvit.onnx.Int8Graph;
import io.repvit.onnx.OnnxSummary;
import io.repvit.onnx.ValueRange;
import io.repvit.onnx.WeightBits;
import io.repvit.testing.TinyModels;
import io.repvit.testing.Warnings;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class SqueezeExciteRewriteTest {
  private static final Path DEMO = Path.of("src/demo");
  private static final int[] BATCHES = {1, 4, 8};

  /** Of the largest logit, for a trained network: float32 sums are taken in another order. */
  private static final double TOLERANCE = 1e-6;

  /**
   * With pseudo-random weights PyTorch's own float32 is off its float64 by up to 1e-6, and both
   * graphs may be; a wrong one is off by 1e-1 and more.
   */
  private static final double PSEUDO_RANDOM_TOLERANCE = 4e-6;

  /** Small, because what matters is widths and depths. */
  private static final int SIDE = 64;

  @TempDir private Path folder;

  static List<RepVitVariant> variants() {
    return RepVitVariant.all();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyVariantAnswersTheSameRewritten(RepVitVariant variant)
      throws IOException, ModelException {
    ModelFile file = pseudoRandom(variant);
    for (int size : BATCHES) {
      try (var plain = ClassifierSession.open(file, 1);
          var rewritten = ClassifierSession.open(file, 1, size);
          var expected = plain.newBatch(size);
          var found = rewritten.newBatch(size)) {
        assertTrue(rewritten.isRewritten());
        expected.fill(size);
        found.fill(size);
        plain.run(expected);
        rewritten.run(found);
        double difference = found.difference(expected);
        // M1.5's weights amplify rounding: 4.9e-6 on a processor with AVX-512.
        double accepted =
            variant.equals(RepVitVariant.M1_5)
                ? SqueezeExciteRewrite.LIMIT
                : PSEUDO_RANDOM_TOLERANCE;
        assertTrue(difference <= accepted, "batch %d: %g".formatted(size, difference));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8})
  void theDemoModelGivesItsImagesTheSameLabels(int size)
      throws IOException, ModelException, ImageException {
    ModelFile file = demo();
    List<Path> images;
    try (var walk = Files.walk(DEMO.resolve("fashion-mnist"))) {
      images = walk.filter(p -> p.toString().endsWith(".png")).sorted().toList();
    }
    assertEquals(1000, images.size());
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF);
        var plain = ClassifierSession.open(file, 1);
        var rewritten = ClassifierSession.open(file, 1, size);
        var expected = plain.newBatch(size);
        var found = rewritten.newBatch(size)) {
      assertTrue(rewritten.isRewritten());
      var resampler = new Resampler(plain.card().preprocessing());
      for (int first = 0; first < images.size(); first += size) {
        for (int slot = 0; slot < size; slot++) {
          byte[] encoded = Files.readAllBytes(images.get(first + slot));
          resampler.resize(decoder.decode(encoded, 0, encoded.length), expected.pixels(slot));
          found.pixels(slot).put(expected.pixels(slot));
        }
        plain.run(expected);
        rewritten.run(found);
        double difference = found.difference(expected);
        assertTrue(difference <= TOLERANCE, "%s: %g".formatted(images.get(first), difference));
        for (int slot = 0; slot < size; slot++) {
          assertEquals(best(expected.logits(slot)), best(found.logits(slot)));
        }
      }
    }
  }

  @Test
  void aSlotDoesNotDependOnItsNeighbours() throws ModelException {
    try (var session = ClassifierSession.open(TinyModels.repVit(), 1, 4);
        var batch = session.newBatch(4)) {
      assertTrue(session.isRewritten());
      batch.fill(1);
      session.run(batch);
      float[] amongNoise = array(batch.logits(2));
      for (int slot : new int[] {0, 1, 3}) {
        FloatBuffer pixels = batch.pixels(slot);
        while (pixels.hasRemaining()) {
          pixels.put(Float.NaN);
        }
      }
      session.run(batch);
      assertArrayEquals(amongNoise, array(batch.logits(2)));
    }
  }

  @Test
  void aModelWithoutSqueezeExciteStaysAsItIs() throws ModelException {
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1, 4);
        var any = session.newBatch(3)) {
      assertFalse(session.isRewritten());
      session.run(any);
    }
  }

  @Test
  void aRewrittenSessionRefusesAnotherBatch() throws ModelException {
    try (var session = ClassifierSession.open(TinyModels.repVit(), 1, 4)) {
      var e = assertThrows(IllegalArgumentException.class, () -> session.newBatch(3).close());
      assertEquals("batch size is 3, the session was opened for 4", e.getMessage());
    }
  }

  @Test
  void aRewriteThatDisagreesIsNotUsedAndAWarningTellsWhy() throws IOException, ModelException {
    ModelFile other = pseudoRandom(RepVitVariant.M0_6);
    try (var warnings = new Warnings(SqueezeExciteRewrite.class);
        var plain = ClassifierSession.open(pseudoRandom(RepVitVariant.M0_9), 1)) {
      assertEquals(
          ClassifierSession.Graph.FALLBACK, SqueezeExciteRewrite.of(plain, other, 1, 2).graph());
      assertEquals(1, warnings.messages().size());
      assertTrue(
          warnings.messages().get(0).startsWith("repvit_m0_6: runs the graph of ONNX Runtime"));
      try (var batch = plain.newBatch(2)) {
        plain.run(batch);
      }
    }
  }

  /** Its scales are integers already, and what is left in float32 has none. */
  @Test
  void anInt8ModelRunsAsOnnxRuntimeHasIt() throws IOException, ModelException {
    ModelFile file = ModelFile.of("int8", int8(demo()));
    try (var warnings = new Warnings(SqueezeExciteRewrite.class);
        var session = ClassifierSession.open(file, 1, 4)) {
      assertFalse(session.isRewritten());
      assertEquals(List.of(), warnings.messages());
      session.tryOut(4);
    }
  }

  /** With ranges that are wide enough for most values. */
  private static byte[] int8(ModelFile model) {
    var graph = Int8Graph.of("demo", model.bytes());
    Map<String, ValueRange> ranges = new HashMap<>();
    graph.values().forEach(value -> ranges.put(value, new ValueRange(-8, 8)));
    ModelCard card = ModelCard.fromMetadata(OnnxSummary.of("demo", model.bytes()).metadata());
    return graph.quantised(ranges, WeightBits.SEVEN, card.toMetadata());
  }

  private ModelFile pseudoRandom(RepVitVariant variant) throws IOException {
    Path path = folder.resolve(variant.id() + ".onnx");
    new Exporter()
        .exportPseudoRandom(variant, List.of("a", "b", "c"), TimmPreprocessing.square(SIDE), path);
    return ModelFile.of(variant.id(), Files.readAllBytes(path));
  }

  private static ModelFile demo() throws IOException {
    return ModelFile.of(
        "demo", Files.readAllBytes(DEMO.resolve("model/repvit_m0_6_fashion_mnist.onnx")));
  }

  private static float[] array(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static int best(FloatBuffer logits) {
    int best = 0;
    for (int i = 1; i < logits.remaining(); i++) {
      best = logits.get(i) > logits.get(best) ? i : best;
    }
    return best;
  }
}
