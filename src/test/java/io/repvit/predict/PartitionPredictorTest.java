package io.repvit.predict;

import static io.repvit.predict.Predictors.BLUE;
import static io.repvit.predict.Predictors.GO_ON;
import static io.repvit.predict.Predictors.GREEN;
import static io.repvit.predict.Predictors.MANY;
import static io.repvit.predict.Predictors.RED;
import static io.repvit.predict.Predictors.image;
import static io.repvit.predict.Predictors.mean;
import static io.repvit.predict.Predictors.name;
import static io.repvit.predict.Predictors.options;
import static io.repvit.predict.Predictors.predictor;
import static io.repvit.predict.Predictors.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageLimits;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Prediction;
import io.repvit.metrics.Durations;
import io.repvit.predict.Predictors.Predicted;
import io.repvit.predict.Predictors.Rows;
import io.repvit.source.FetchAhead;
import io.repvit.source.FetchWindow;
import io.repvit.source.Fetched;
import io.repvit.source.ObjectReader;
import io.repvit.source.Quarantined;
import io.repvit.source.Quarantined.Stage;
import io.repvit.source.SourceObject;
import io.repvit.source.StubStore;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With a model whose embedding is the mean of each channel, so that numbers are told by hand. */
class PartitionPredictorTest {
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
            new SourceObject("text.png", 5, 0, null), new byte[] {'h', 'e', 'l', 'l', 'o'});
    var gone =
        new Fetched.Failed(
            new Quarantined(
                new SourceObject("gone.png", 9, 0, null), Stage.FETCH, "NOT_FOUND", "gone"));
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
  void aFlushClassifiesTheImagesOfAPartialBatch() throws Exception {
    Rows rows = new Rows();
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
        var batch = session.newBatch(4);
        var predictor = predictor(session, batch, rows)) {
      predictor.accept(image("a.png", RED, 40, 40));
      predictor.accept(new Fetched.Bytes(new SourceObject("bad", 1, 0, null), new byte[1]));
      predictor.accept(image("b.png", GREEN, 40, 40));
      assertEquals(List.of(), rows.predicted);
      assertEquals(1, rows.quarantined.size());
      predictor.flush();
      predictor.flush();
      predictor.accept(image("c.png", BLUE, 40, 40));
      assertEquals(
          List.of("a.png", "b.png"), rows.predicted.stream().map(Predicted::path).toList());
    }
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
    var bad = new Fetched.Bytes(new SourceObject("bad", 1, 0, null), new byte[1]);
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
    List<SourceObject> objects = new ArrayList<>();
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
              Prediction.@Nullable Score first,
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
}
