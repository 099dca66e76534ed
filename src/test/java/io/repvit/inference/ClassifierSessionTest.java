package io.repvit.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import io.repvit.inference.OnnxProbe.Optimisation;
import io.repvit.testing.TinyModels;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Session and batch together; neither does anything without the other. */
class ClassifierSessionTest {
  private static final int SIDE = TinyModels.SIDE;
  private static final int VALUES = 3 * SIDE * SIDE;
  private static final ModelFile MODEL = TinyModels.repVit();

  /** What a run says of one image. */
  private record Numbers(List<Float> logits, List<Float> embedding) {}

  @Test
  void aBatchLongerThanABufferIsRefused() {
    ModelCard card = TinyModels.card(4096, TinyModels.COLOURS, 3);
    var e =
        assertThrows(
            ModelException.class,
            () -> ImageBatch.allocate(OrtEnvironment.getEnvironment(), card, 256));
    assertTrue(String.valueOf(e.getMessage()).contains("set --batch to at most 10"), e::toString);
  }

  @Test
  void resultsAreThoseOfTheGraphAsWritten() throws ModelException {
    float[] images = noise(1, 3);
    Map<String, float[]> expected =
        OnnxProbe.run(MODEL.bytes(), Optimisation.NONE, ModelCard.INPUT, images, 3, 3, SIDE, SIDE);
    try (var session = ClassifierSession.open(MODEL, 1);
        var batch = session.newBatch(3)) {
      fill(batch, images);
      session.run(batch);
      for (int slot = 0; slot < 3; slot++) {
        // Optimising reorders float32 sums; Agreement.LIMIT has the same reason.
        assertClose(output(expected, ModelCard.LOGITS), slot, array(batch.logits(slot)));
        assertClose(output(expected, ModelCard.EMBEDDING), slot, embedding(batch, slot));
      }
    }
  }

  @Test
  void resultsAreByteForByteThoseOfTheSameGraphOptimised() throws ModelException {
    float[] images = noise(2, 2);
    Map<String, float[]> expected =
        OnnxProbe.run(MODEL.bytes(), Optimisation.ALL, ModelCard.INPUT, images, 2, 3, SIDE, SIDE);
    try (var session = ClassifierSession.open(MODEL, 1);
        var batch = session.newBatch(2)) {
      fill(batch, images);
      session.run(batch);
      for (int slot = 0; slot < 2; slot++) {
        Numbers n = read(batch, slot);
        assertEquals(row(output(expected, ModelCard.LOGITS), slot, 2), n.logits());
        assertEquals(row(output(expected, ModelCard.EMBEDDING), slot, 2), n.embedding());
      }
    }
  }

  @Test
  void aSlotDoesNotDependOnItsNeighbours() throws ModelException {
    float[] image = noise(3, 1);
    try (var session = ClassifierSession.open(MODEL, 1);
        var batch = session.newBatch(4)) {
      for (int slot = 0; slot < 4; slot++) {
        fill(batch, noise(4, 4));
        batch.pixels(slot).put(0, image);
        session.run(batch);
        Numbers amongNoise = read(batch, slot);

        float[] extremes = new float[4 * VALUES];
        Arrays.fill(extremes, Float.NaN);
        fill(batch, extremes);
        batch.pixels(slot).put(0, image);
        session.run(batch);
        assertEquals(amongNoise, read(batch, slot), "slot " + slot);
      }
    }
  }

  @Test
  void aRunLeavesNothingOfTheRunBefore() throws ModelException {
    try (var session = ClassifierSession.open(MODEL, 1);
        var batch = session.newBatch(2)) {
      fill(batch, noise(5, 2));
      session.run(batch);
      Numbers first = read(batch, 1);
      fill(batch, noise(6, 2));
      session.run(batch);
      assertNotEquals(first, read(batch, 1));
      fill(batch, noise(5, 2));
      session.run(batch);
      assertEquals(first, read(batch, 1));
    }
  }

  @Test
  void threadsWithTheirOwnBatchesGetWhatOneThreadGets()
      throws ModelException, InterruptedException, ExecutionException {
    int rounds = 30;
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (var session = ClassifierSession.open(MODEL, 1);
        var mine = session.newBatch(2);
        var yours = session.newBatch(2)) {
      List<Numbers> expected = runs(session, mine, 100, rounds);
      List<Numbers> others = runs(session, yours, 200, rounds);
      Callable<List<Numbers>> one = () -> runs(session, mine, 100, rounds);
      Callable<List<Numbers>> two = () -> runs(session, yours, 200, rounds);
      List<Future<List<Numbers>>> results =
          threads.invokeAll(List.of(one, two), 60, TimeUnit.SECONDS);
      assertEquals(expected, results.get(0).get());
      assertEquals(others, results.get(1).get());
    } finally {
      threads.shutdownNow();
      assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void theEmbeddingIsACopy() throws ModelException {
    try (var session = ClassifierSession.open(MODEL, 1);
        var batch = session.newBatch(1)) {
      fill(batch, noise(7, 1));
      session.run(batch);
      float[] before = embedding(batch, 0);
      float[] copy = before.clone();
      fill(batch, noise(8, 1));
      session.run(batch);
      assertArrayEquals(copy, before);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, ImageBatch.MAX_SIZE + 1})
  void aBatchOutsideItsBoundsIsRefused(int size) throws ModelException {
    try (var session = ClassifierSession.open(MODEL, 1)) {
      assertThrows(IllegalArgumentException.class, () -> session.newBatch(size).close());
    }
  }

  @Test
  void aSessionNeedsAThread() {
    assertThrows(IllegalArgumentException.class, () -> ClassifierSession.open(MODEL, 0).close());
  }

  @Test
  void bytesThatAreNoModelAreRefusedByFileName() {
    byte[] bytes = new byte[1000];
    new Random(9).nextBytes(bytes);
    assertRefused("ONNX Runtime cannot load it", bytes);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.1, 0.5, 0.9, 0.999})
  void aTruncatedFileIsRefusedByFileName(double share) {
    byte[] all = MODEL.bytes();
    assertRefused("", Arrays.copyOf(all, (int) (all.length * share)));
  }

  @Test
  void aModelWithoutCardIsRefusedByFileName() {
    assertRefused("the model has no card", TinyModels.colours(1, Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "64 | red green blue      | 3 | 'pixels' as float32 [N,3,64,64], found [-1,3,32,32]",
        "32 | red green blue grey | 3 | 'logits' as float32 [N,4], found [-1,3]",
        "32 | red green           | 3 | 'logits' as float32 [N,2], found [-1,3]",
        "32 | red green blue      | 5 | 'embedding' as float32 [N,5], found [-1,3]",
      })
  void aCardThatContradictsTheGraphIsRefused(int side, String labels, int width, String message) {
    ModelCard card = TinyModels.card(side, List.of(labels.split(" ")), width);
    assertRefused(message, TinyModels.colours(1, card.toMetadata()));
  }

  @Test
  void aCardThatFitsIsTheSessions() throws ModelException {
    ModelCard card = TinyModels.card(SIDE, TinyModels.COLOURS, 3);
    try (var session = ClassifierSession.open(TinyModels.colours(1), 2)) {
      assertEquals(card, session.card());
    }
  }

  @Test
  void anEmptyFileIsRefused() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> ModelFile.of("empty.onnx", new byte[0]));
    assertTrue(String.valueOf(e.getMessage()).startsWith("empty.onnx"), e.getMessage());
  }

  /** FIPS 180-2, appendix B.1. */
  @Test
  void aFileIsKnownByTheSha256OfItsBytes() {
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ModelFile.of("m", new byte[] {'a', 'b', 'c'}).sha256());
  }

  private static void assertRefused(String message, byte[] bytes) {
    var e =
        assertThrows(
            ModelException.class,
            () -> ClassifierSession.open(ModelFile.of("some-model.onnx", bytes), 1).close());
    String found = String.valueOf(e.getMessage());
    assertTrue(found.startsWith("some-model.onnx: "), found);
    assertTrue(found.contains(message), found);
  }

  private static List<Numbers> runs(
      ClassifierSession session, ImageBatch batch, int seed, int rounds) throws ModelException {
    var numbers = new ArrayList<Numbers>();
    for (int i = 0; i < rounds; i++) {
      fill(batch, noise(seed + i, batch.size()));
      session.run(batch);
      for (int slot = 0; slot < batch.size(); slot++) {
        numbers.add(read(batch, slot));
      }
    }
    return numbers;
  }

  private static float[] noise(int seed, int images) {
    var random = new Random(seed);
    float[] values = new float[images * VALUES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void fill(ImageBatch batch, float[] images) {
    for (int slot = 0; slot < batch.size(); slot++) {
      batch.pixels(slot).put(images, slot * VALUES, VALUES);
    }
  }

  private static Numbers read(ImageBatch batch, int slot) {
    return new Numbers(list(array(batch.logits(slot))), list(embedding(batch, slot)));
  }

  private static float[] embedding(ImageBatch batch, int slot) {
    return Objects.requireNonNull(batch.embedding(slot));
  }

  private static float[] output(Map<String, float[]> outputs, String name) {
    return Objects.requireNonNull(outputs.get(name));
  }

  private static float[] array(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(0, values);
    return values;
  }

  /** Equality of {@link Float} is equality of bits, but for the many NaN, which must not be. */
  private static List<Float> list(float[] values) {
    var list = new ArrayList<Float>();
    for (float v : values) {
      assertTrue(Float.isFinite(v), Arrays.toString(values));
      list.add(v);
    }
    return list;
  }

  private static List<Float> row(float[] all, int slot, int images) {
    int width = all.length / images;
    return list(Arrays.copyOfRange(all, slot * width, (slot + 1) * width));
  }

  private static void assertClose(float[] all, int slot, float[] found) {
    double largest = 0;
    for (float v : all) {
      largest = Math.max(largest, Math.abs(v));
    }
    assertTrue(largest > 0);
    for (int i = 0; i < found.length; i++) {
      assertEquals(all[slot * found.length + i], found[i], 1e-5 * largest);
    }
  }
}
