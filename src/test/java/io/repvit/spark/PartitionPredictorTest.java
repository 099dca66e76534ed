package io.repvit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageLimits;
import io.repvit.image.JpegScaling;
import io.repvit.image.Orientation;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Prediction;
import io.repvit.input.FetchAhead;
import io.repvit.input.FetchWindow;
import io.repvit.input.Fetched;
import io.repvit.input.ImageObject;
import io.repvit.input.ObjectReader;
import io.repvit.input.Quarantined;
import io.repvit.input.Quarantined.Stage;
import io.repvit.input.StubStore;
import io.repvit.metrics.Durations;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With a model whose embedding is the mean of each channel, so that numbers are told by hand. */
class PartitionPredictorTest {
  private static final int RED = 0xc03010;
  private static final int GREEN = 0x20d040;
  private static final int BLUE = 0x1010ff;
  private static final long MANY = 1 << 20;
  private static final Runnable GO_ON = () -> {};

  /** A row of the table of predictions. */
  private record Predicted(DecodedObject image, Prediction prediction, List<Float> embedding) {
    String path() {
      return image.object().path();
    }
  }

  private static final class Rows implements PartitionPredictor.Sink {
    final List<Predicted> predicted = new ArrayList<>();
    final List<Quarantined> quarantined = new ArrayList<>();

    @Override
    public void predicted(
        DecodedObject image,
        Prediction prediction,
        float @Nullable [] embedding,
        @Nullable FloatBuffer pixels) {
      var values = new ArrayList<Float>();
      for (float v : Objects.requireNonNull(embedding)) {
        values.add(v);
      }
      predicted.add(new Predicted(image, prediction, values));
    }

    @Override
    public void quarantined(Quarantined row) {
      quarantined.add(row);
    }
  }

  @Test
  void aRowTellsWhatTheImageIs() throws Exception {
    Fetched.Bytes fetched = image("a.png", RED, 40, 33);
    Rows rows = run(TinyModels.colours(1), 4, List.of(fetched));
    Predicted row = rows.predicted.get(0);
    assertEquals(1, rows.predicted.size());
    assertEquals(
        List.of(fetched.object(), 40, 33, "PNG"),
        List.of(
            row.image().object(), row.image().width(), row.image().height(), row.image().format()));
    assertEquals(ModelFile.of("", fetched.bytes()).sha256(), row.image().sha256());
    double[] expected = {mean(0xc0), mean(0x30), mean(0x10)};
    for (int c = 0; c < 3; c++) {
      assertEquals(expected[c], row.embedding().get(c), 1e-5);
    }
    double e0 = Math.exp(expected[0]);
    double e1 = Math.exp(expected[1]);
    double e2 = Math.exp(expected[2]);
    assertEquals("red", row.prediction().best().label());
    assertEquals(e0 / (e0 + e1 + e2), row.prediction().best().score(), 1e-5);
    assertEquals(
        List.of(0, 1),
        row.prediction().top().stream().map(Prediction.Score::index).toList(),
        "the two best were asked for");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5", "4, 1", "4, 3", "4, 4", "4, 5", "4, 8", "4, 11", "16, 11"})
  void fullAndPartialBatchesGiveARowForEachImageInOrder(int batch, int images) throws Exception {
    int[] colours = {RED, GREEN, BLUE, GREEN, GREEN, RED, BLUE};
    List<Fetched> fetched = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      int colour = colours[i % colours.length];
      fetched.add(image(i + ".png", colour, 20 + i, 30));
      expected.add(i + ".png " + name(colour));
    }
    Rows rows = run(TinyModels.colours(1), batch, fetched);
    assertEquals(
        expected,
        rows.predicted.stream().map(r -> r.path() + " " + r.prediction().best().label()).toList());
    assertEquals(List.of(), rows.quarantined);
  }

  @Test
  void aBadImageIsOneRowInQuarantineAndItsNeighboursDoNotNotice() throws Exception {
    Fetched.Bytes cut = image("cut.png", RED, 50, 50);
    var truncated =
        new Fetched.Bytes(cut.object(), Arrays.copyOf(cut.bytes(), cut.bytes().length / 2));
    var text =
        new Fetched.Bytes(
            new ImageObject("text.png", 5, 0, null), new byte[] {'h', 'e', 'l', 'l', 'o'});
    var gone =
        new Fetched.Failed(
            new Quarantined(
                new ImageObject("gone.png", 9, 0, null), Stage.FETCH, "NOT_FOUND", "gone"));
    Fetched a = image("a.png", RED, 40, 40);
    Fetched b = image("b.png", GREEN, 40, 40);
    Fetched c = image("c.png", BLUE, 40, 40);
    ModelFile model = TinyModels.repVit();
    Rows mixed = run(model, 4, List.of(truncated, a, text, b, gone, c, truncated));
    Rows good = run(model, 4, List.of(a, b, c));
    assertEquals(good.predicted, mixed.predicted);
    assertEquals(3, good.predicted.size());
    assertEquals(
        List.of(
            "cut.png decode/TRUNCATED",
            "text.png decode/UNRECOGNISED",
            "gone.png fetch/NOT_FOUND",
            "cut.png decode/TRUNCATED"),
        mixed.quarantined.stream().map(q -> q.object().path() + " " + q.reason()).toList());
    mixed.quarantined.forEach(q -> assertFalse(q.message().isBlank()));
  }

  @Test
  void anImageBeyondTheLimitsIsNotDecoded() throws Exception {
    Rows rows = new Rows();
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
        var batch = session.newBatch(2);
        var predictor =
            new PartitionPredictor(
                session,
                batch,
                options(2, new ImageLimits(100_000, 100, 30)),
                new Outcomes(MANY),
                rows)) {
      predictor.run(List.<Fetched>of(image("a.png", RED, 11, 10)).iterator(), GO_ON);
    }
    assertEquals("decode/TOO_MANY_PIXELS", rows.quarantined.get(0).reason());
    assertEquals(List.of(), rows.predicted);
  }

  @Test
  void nothingGivesNoRowAndNoInference() throws Exception {
    Rows rows = new Rows();
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
        var batch = session.newBatch(2);
        var predictor = predictor(session, batch, rows)) {
      predictor.run(List.<Fetched>of().iterator(), GO_ON);
      assertEquals(Durations.NONE, predictor.times().infer.total());
    }
    assertEquals(0, rows.predicted.size() + rows.quarantined.size());
  }

  @Test
  void onlyBadImagesGiveNoInference() throws Exception {
    Rows rows = new Rows();
    var bad = new Fetched.Bytes(new ImageObject("bad", 1, 0, null), new byte[1]);
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
        var batch = session.newBatch(1);
        var predictor = predictor(session, batch, rows)) {
      predictor.run(List.<Fetched>of(bad, bad).iterator(), GO_ON);
      assertEquals(Durations.NONE, predictor.times().infer.total());
    }
    assertEquals(2, rows.quarantined.size());
  }

  /** Means reach 5 for full channels, and 5 times 3e38 is beyond float32; 0.02 times it is not. */
  @Test
  void logitsThatAreNotFiniteQuarantineTheirImageOnly() throws Exception {
    List<Fetched> images =
        List.of(
            image("grey1.png", 0x807f7f, 40, 40),
            image("red.png", 0xff8080, 40, 40),
            image("grey2.png", 0x7f7f80, 40, 40),
            image("white.png", 0xffffff, 40, 40));
    Rows rows = run(TinyModels.colours(3e38f), 4, images);
    assertEquals(
        List.of("grey1.png red", "grey2.png blue"),
        rows.predicted.stream().map(r -> r.path() + " " + r.prediction().best().label()).toList());
    assertEquals(
        List.of("red.png infer/NOT_FINITE", "white.png infer/NOT_FINITE"),
        rows.quarantined.stream().map(q -> q.object().path() + " " + q.reason()).toList());
    assertEquals(
        "logit 0 is Infinity, expected a finite number", rows.quarantined.get(0).message());
  }

  @Test
  void timesOfEveryStageAreCounted() throws Exception {
    Rows rows = new Rows();
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
        var batch = session.newBatch(2);
        var predictor = predictor(session, batch, rows)) {
      predictor.run(List.<Fetched>of(image("a.png", RED, 40, 40)).iterator(), GO_ON);
      var times = predictor.times().total(Durations.NONE).ofTaskThreads();
      assertEquals(
          List.of("fetch_wait", "decode", "preprocess", "infer", "write"),
          List.copyOf(times.keySet()));
      times.forEach(
          (stage, d) -> {
            assertEquals(1, d.count(), stage);
            assertTrue(d.nanos() > 0, stage);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6})
  void aStoppedTaskEndsAtOnceAndItsReadsAreClosed(int call) throws Exception {
    var store = new StubStore();
    List<ImageObject> objects = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      objects.add(store.add("o" + i, 10));
    }
    var reader = new ObjectReader(store.configuration(), 1000);
    var stop = new IllegalStateException("killed");
    var calls = new AtomicInteger();
    Runnable stopped =
        () -> {
          if (calls.incrementAndGet() == call) {
            throw stop;
          }
        };
    Rows rows = new Rows();
    assertSame(
        stop,
        assertThrows(
            IllegalStateException.class,
            () -> {
              try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
                  var batch = session.newBatch(2);
                  var predictor = predictor(session, batch, rows);
                  var fetched =
                      new FetchAhead(objects.iterator(), reader, new FetchWindow(3, 1000), 2)) {
                predictor.run(fetched, stopped);
              }
            }));
    // The stub's objects are no images: those before the stop are in quarantine, none after it.
    assertEquals(call - 1, rows.quarantined.size());
    assertTrue(store.opened().size() <= call - 1 + 3, "opened " + store.opened().size());
    assertEquals(0, store.openStreams());
  }

  @Test
  void imagesThatWaitForTheirBatchAreNotWrittenByAStoppedTask() throws Exception {
    Rows rows = new Rows();
    Iterator<Fetched> images =
        List.<Fetched>of(
                image("a.png", RED, 40, 40),
                image("b.png", RED, 40, 40),
                image("c.png", RED, 40, 40))
            .iterator();
    var calls = new AtomicInteger();
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
        var batch = session.newBatch(2);
        var predictor = predictor(session, batch, rows)) {
      assertThrows(
          IllegalStateException.class,
          () ->
              predictor.run(
                  images,
                  () -> {
                    if (calls.incrementAndGet() == 2) {
                      throw new IllegalStateException("killed");
                    }
                  }));
    }
    assertEquals(List.of(), rows.predicted);
    assertTrue(images.hasNext());
  }

  @Test
  void aSinkThatFailsFailsTheTask() throws Exception {
    var sink =
        new PartitionPredictor.Sink() {
          @Override
          public void predicted(
              DecodedObject image,
              Prediction p,
              float @Nullable [] embedding,
              @Nullable FloatBuffer pixels)
              throws IOException {
            throw new IOException("disk full");
          }

          @Override
          public void quarantined(Quarantined row) {}
        };
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
        var batch = session.newBatch(1);
        var predictor =
            new PartitionPredictor(
                session, batch, options(1, ImageLimits.DEFAULT), new Outcomes(MANY), sink)) {
      var e =
          assertThrows(
              IOException.class,
              () -> predictor.run(List.<Fetched>of(image("a.png", RED, 40, 40)).iterator(), GO_ON));
      assertEquals("disk full", e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1000000, 5", "4, 1000000, 5", "16, 1000000, 5", "4, 0, 2"})
  void identicalBytesAreScoredOnceAndEachObjectHasTheRowThatItWouldHaveAlone(
      int batchSize, long maxBytes, int reused) throws Exception {
    byte[] text = "no image".getBytes(StandardCharsets.UTF_8);
    List<Fetched> images =
        List.of(
            image("a.png", RED, 40, 40),
            image("again.png", RED, 40, 40),
            image("b.png", BLUE, 40, 41),
            new Fetched.Bytes(new ImageObject("bad", 8, 0, null), text),
            image("and-again.png", RED, 40, 40),
            new Fetched.Bytes(new ImageObject("bad-again", 8, 0, null), text),
            image("c.png", GREEN, 40, 42),
            image("d.png", GREEN, 40, 43),
            image("b-again.png", BLUE, 40, 41),
            image("at-last.png", RED, 40, 40));
    var outcomes = new Outcomes(maxBytes);
    Rows rows = new Rows();
    ModelFile model = TinyModels.repVit();
    try (var session = ClassifierSession.open(model, 1);
        var batch = session.newBatch(batchSize);
        var predictor = predictor(session, batch, outcomes, rows)) {
      predictor.run(images.iterator(), GO_ON);
      assertEquals(reused, predictor.reused());
    }
    assertTrue(outcomes.bytes() <= maxBytes, outcomes.bytes() + " bytes");
    List<Predicted> predicted = new ArrayList<>();
    List<Quarantined> quarantined = new ArrayList<>();
    for (Fetched image : images) {
      Rows alone = run(model, batchSize, List.of(image));
      predicted.addAll(alone.predicted);
      quarantined.addAll(alone.quarantined);
    }
    assertEquals(Set.copyOf(predicted), Set.copyOf(rows.predicted));
    assertEquals(predicted.size(), rows.predicted.size());
    assertEquals(quarantined, rows.quarantined);
  }

  @Test
  void imagesThatHaveTheBytesOfTheirNeighbourDoNotMakeBatchesSmaller() throws Exception {
    List<Fetched> images = new ArrayList<>();
    for (int width = 40; width < 48; width++) {
      for (int copy = 0; copy < 9; copy++) {
        images.add(image(width + "-" + copy, RED, width, 40));
      }
    }
    Rows rows = new Rows();
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
        var batch = session.newBatch(4);
        var predictor = predictor(session, batch, rows)) {
      predictor.run(images.iterator(), GO_ON);
      assertEquals(8 / 4, predictor.times().infer.total().count());
      assertEquals(8 * 8, predictor.reused());
    }
    assertEquals(
        images.stream().map(i -> ((Fetched.Bytes) i).object()).toList(),
        rows.predicted.stream().map(row -> row.image().object()).toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Timeout(60)
  void aTaskWaitsForWhoScoresItsBytesAndScoresThemItselfWhenThatOneDies(boolean dies)
      throws Exception {
    var outcomes = new Outcomes(MANY);
    var hasOne = new CountDownLatch(1);
    var mayGoOn = new CountDownLatch(1);
    var waits = new CountDownLatch(1);
    Rows of1 = new Rows();
    Rows of2 = new Rows();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
        var batch1 = session.newBatch(2);
        var batch2 = session.newBatch(2)) {
      var asked = new AtomicInteger();
      Future<Long> first =
          threads.submit(
              () ->
                  task(
                      predictor(session, batch1, outcomes, of1),
                      image("a.png", RED, 40, 40),
                      () -> {
                        if (asked.incrementAndGet() == 2) {
                          hasOne.countDown();
                          mayGoOn.await();
                          if (dies) {
                            throw new IllegalStateException("killed");
                          }
                        }
                        return null;
                      }));
      hasOne.await();
      var looks = new AtomicInteger();
      Future<Long> second =
          threads.submit(
              () ->
                  task(
                      predictor(session, batch2, outcomes, of2),
                      image("b.png", RED, 40, 40),
                      () -> {
                        if (looks.incrementAndGet() > 3) {
                          waits.countDown();
                        }
                        return null;
                      }));
      waits.await();
      assertEquals(List.of(), of2.predicted);
      mayGoOn.countDown();
      assertEquals(dies ? 0 : 1, second.get());
      if (dies) {
        assertThrows(ExecutionException.class, first::get);
      } else {
        assertEquals(0, first.get());
        assertEquals(List.of("a.png"), of1.predicted.stream().map(Predicted::path).toList());
      }
      assertEquals(List.of("b.png"), of2.predicted.stream().map(Predicted::path).toList());
    } finally {
      threads.shutdownNow();
    }
  }

  /** A task of one image. */
  private static long task(PartitionPredictor predictor, Fetched image, Callable<Void> looks)
      throws Exception {
    try (predictor) {
      predictor.run(
          List.of(image).iterator(),
          () -> {
            try {
              looks.call();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
      return predictor.reused();
    }
  }

  private static Rows run(ModelFile model, int batchSize, List<? extends Fetched> images)
      throws ModelException, IOException {
    Rows rows = new Rows();
    try (var session = ClassifierSession.open(model, 1);
        var batch = session.newBatch(batchSize);
        var predictor = predictor(session, batch, rows)) {
      predictor.run(new ArrayList<Fetched>(images).iterator(), GO_ON);
    }
    return rows;
  }

  private static PartitionPredictor predictor(
      ClassifierSession session, ImageBatch batch, Rows rows) {
    return predictor(session, batch, new Outcomes(MANY), rows);
  }

  private static PartitionPredictor predictor(
      ClassifierSession session, ImageBatch batch, Outcomes outcomes, Rows rows) {
    return new PartitionPredictor(
        session, batch, options(batch.size(), ImageLimits.DEFAULT), outcomes, rows);
  }

  private static ClassifyOptions options(int batch, ImageLimits limits) {
    return new ClassifyOptions(
        batch, 2, limits, Orientation.EXIF, JpegScaling.FULL, new FetchWindow(3, 1000), 0, 0, 0);
  }

  private static double mean(int channel) {
    return (channel / 255.0 - 0.5) / 0.1;
  }

  private static String name(int colour) {
    return colour == RED ? "red" : colour == GREEN ? "green" : "blue";
  }

  private static Fetched.Bytes image(String path, int colour, int width, int height) {
    byte[] bytes = TinyModels.png(colour, width, height);
    return new Fetched.Bytes(new ImageObject(path, bytes.length, 0, null), bytes);
  }
}
