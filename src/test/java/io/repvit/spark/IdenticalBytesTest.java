package io.repvit.spark;

import static io.repvit.spark.Predictors.BLUE;
import static io.repvit.spark.Predictors.GO_ON;
import static io.repvit.spark.Predictors.GREEN;
import static io.repvit.spark.Predictors.MANY;
import static io.repvit.spark.Predictors.RED;
import static io.repvit.spark.Predictors.image;
import static io.repvit.spark.Predictors.predictor;
import static io.repvit.spark.Predictors.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelFile;
import io.repvit.input.Fetched;
import io.repvit.input.ImageObject;
import io.repvit.input.Quarantined;
import io.repvit.spark.Predictors.Predicted;
import io.repvit.spark.Predictors.Rows;
import io.repvit.testing.TinyModels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that tasks of one executor have seen before. */
class IdenticalBytesTest {

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
}
