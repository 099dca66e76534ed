package io.repvit.predict;

import static io.repvit.predict.Predictors.BLUE;
import static io.repvit.predict.Predictors.GO_ON;
import static io.repvit.predict.Predictors.GREEN;
import static io.repvit.predict.Predictors.MANY;
import static io.repvit.predict.Predictors.RED;
import static io.repvit.predict.Predictors.image;
import static io.repvit.predict.Predictors.predictor;
import static io.repvit.predict.Predictors.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.predict.Predictors.Predicted;
import io.repvit.predict.Predictors.Rows;
import io.repvit.source.Fetched;
import io.repvit.source.Quarantined;
import io.repvit.source.SourceObject;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes that tasks of one executor have seen before. */
class IdenticalBytesTest {

  @ParameterizedTest
  @CsvSource({"1, 1000000, 5", "4, 1000000, 5", "16, 1000000, 5", "4, 0, 2"})
  void identicalBytesAreScoredOnceAndEachObjectHasItsRow(int batchSize, long maxBytes, int reused)
      throws Exception {
    byte[] text = "no image".getBytes(StandardCharsets.UTF_8);
    List<Fetched> images =
        List.of(
            image("a.png", RED, 40, 40),
            image("again.png", RED, 40, 40),
            image("b.png", BLUE, 40, 41),
            new Fetched.Bytes(new SourceObject("bad", 8, 0, null), text),
            image("and-again.png", RED, 40, 40),
            new Fetched.Bytes(new SourceObject("bad-again", 8, 0, null), text),
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
  void duplicatesDoNotMakeBatchesSmaller() throws Exception {
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

  @Test
  void tasksShareFinishedOutcomesAndDoNotWaitForEachOther() throws Exception {
    var outcomes = new Outcomes(MANY);
    try (var session = ClassifierSession.open(TinyModels.colours(1), 1);
        var batch1 = session.newBatch(2);
        var batch2 = session.newBatch(2);
        var slow = predictor(session, batch1, outcomes, new Rows());
        var quick = predictor(session, batch2, outcomes, new Rows());
        var late = predictor(session, batch2, outcomes, new Rows())) {
      var runs = new AtomicInteger();
      slow.run(
          List.<Fetched>of(image("a.png", RED, 40, 40)).iterator(),
          () -> {
            // Its first image waits for a batch while another task has the same bytes.
            if (runs.incrementAndGet() == 2) {
              runOne(quick, image("b.png", RED, 40, 40));
              assertEquals(1, quick.times().infer.total().count());
            }
          });
      assertEquals(2, runs.get());
      assertEquals(0, slow.reused() + quick.reused());
      runOne(late, image("c.png", RED, 40, 40));
      assertEquals(1, late.reused());
      assertEquals(0, late.times().infer.total().count());
    }
  }

  private static void runOne(PartitionPredictor predictor, Fetched image) {
    try {
      predictor.run(List.of(image).iterator(), GO_ON);
    } catch (ModelException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
