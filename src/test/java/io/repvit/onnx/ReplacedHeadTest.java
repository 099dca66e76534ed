package io.repvit.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Origin;
import io.repvit.inference.Tensors.Embedding;
import io.repvit.predict.ModelLoader;
import io.repvit.predict.SideCard;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import io.repvit.testing.ForeignModels;
import io.repvit.testing.TinyModels;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A classifier is replaced, and the network before it computes the same embedding. */
class ReplacedHeadTest {
  private static final List<String> LABELS = List.of("one", "two");

  /** Sums of float32 in another order. */
  private static final double SUM = 1e-5;

  static final List<String> FOREIGN = ForeignModels.RUN;

  @ParameterizedTest
  @FieldSource("FOREIGN")
  void aModelOfAnotherExporterGetsANewClassifier(String name) throws Exception {
    ModelFile model = ForeignModels.model(name);
    var card = SideCard.load(ForeignModels.card(name).toString(), new Configuration());
    isReplacedIn(card.applyTo(model, ModelLoader.summary(model)));
  }

  @Test
  void anInt8ModelGetsANewClassifierInFloat() throws Exception {
    ModelFile model = ForeignModels.model("resnet_int8");
    var card = SideCard.load(ForeignModels.card("resnet").toString(), new Configuration());
    isReplacedIn(card.applyTo(model, ModelLoader.summary(model)));
  }

  @Test
  void onlyTheParametersOfTheClassifierChange() throws Exception {
    ModelFile model = TinyModels.repVit();
    ModelFile replaced = isReplacedIn(model);
    int width = width(ModelCard.fromMetadata(summary(model).metadata()));
    assertEquals(
        summary(model).parameters() - (long) (7 - LABELS.size()) * (width + 1),
        summary(replaced).parameters());
    ModelFile again = isReplacedIn(replaced);
    assertEquals(summary(replaced).parameters(), summary(again).parameters());
    var origin = (Origin.Probed) ModelCard.fromMetadata(summary(again).metadata()).origin();
    assertTrue(origin.base() instanceof Origin.Exported);
    assertEquals(replaced.sha256(), origin.baseSha256());
  }

  @Test
  void aModelWithoutThatEmbeddingIsRefused() {
    ModelFile model = TinyModels.colours(1);
    refused(model, "has no output 'features' with the embedding", "features", ModelCard.LOGITS);
    refused(model, "is computed from", ModelCard.LOGITS, ModelCard.EMBEDDING);
  }

  private static void refused(ModelFile model, String why, String embedding, String logits) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                ReplacedHead.of(
                    model.name(),
                    model.bytes(),
                    embedding,
                    logits,
                    new Tensor(Shape.of(2, 3), new float[6]),
                    new Tensor(Shape.of(2), new float[2]),
                    Map.of()));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(why), message);
  }

  /** Replaces the classifier by a random one, and compares the outputs of both files. */
  private static ModelFile isReplacedIn(ModelFile model) throws Exception {
    try (var before = ClassifierSession.open(model, 1)) {
      ModelCard card = before.card();
      Embedding embedding = card.tensors().embedding().orElseThrow();
      var random = new Random(3);
      Tensor weight = random(random, LABELS.size(), embedding.width());
      Tensor bias = random(random, LABELS.size());
      ModelCard carded =
          card.withClassifier(LABELS, new Origin.Probed(card.origin(), model.sha256(), 20, 0.5));
      byte[] bytes =
          ReplacedHead.of(
              model.name(),
              model.bytes(),
              embedding.name(),
              card.tensors().logits(),
              weight,
              bias,
              carded.toMetadata());
      ModelFile file = ModelFile.of(model.name(), bytes);
      try (var after = ClassifierSession.open(file, 1);
          ImageBatch expected = before.newBatch(3);
          ImageBatch found = after.newBatch(3)) {
        assertEquals(carded, after.card());
        expected.fill(5);
        found.fill(5);
        before.run(expected);
        after.run(found);
        for (int i = 0; i < 3; i++) {
          float[] x = Objects.requireNonNull(found.embedding(i));
          float largest = largest(x);
          assertTrue(largest > 0);
          assertArrayEquals(expected.embedding(i), x, (float) (SUM * largest));
          logitsAre(weight, bias, x, found.logits(i), SUM * x.length * largest);
        }
      }
      return file;
    }
  }

  private static void logitsAre(
      Tensor weight, Tensor bias, float[] x, FloatBuffer logits, double tolerance) {
    for (int k = 0; k < LABELS.size(); k++) {
      double sum = bias.values()[k];
      for (int j = 0; j < x.length; j++) {
        sum += (double) weight.values()[k * x.length + j] * x[j];
      }
      assertEquals(sum, logits.get(logits.position() + k), tolerance);
    }
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static Tensor random(Random random, int... dims) {
    Shape shape = Shape.of(dims);
    var values = new float[shape.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Tensor(shape, values);
  }

  private static OnnxSummary summary(ModelFile file) {
    return OnnxSummary.of(file.name(), file.bytes());
  }

  private static int width(ModelCard card) {
    return card.tensors().embedding().orElseThrow().width();
  }
}
