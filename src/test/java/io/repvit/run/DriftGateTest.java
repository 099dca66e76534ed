package io.repvit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.metrics.Drift;
import io.repvit.metrics.EmbeddingSum;
import io.repvit.metrics.LeftOut;
import io.repvit.metrics.RunMetrics;
import io.repvit.metrics.Scores;
import io.repvit.predict.Conditions;
import io.repvit.predict.ModelIdentity;
import io.repvit.predict.PartitionReport;
import io.repvit.table.RunKey;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftGateTest {
  private static final Configuration CONFIGURATION = new Configuration(false);
  private static final DriftLimits LIMITS = new DriftLimits(0.1, 0.1, 0.1, 10);

  @TempDir private Path folder;

  /** A run with two labels, whose scores are all the same and whose embeddings too. */
  private static PartitionReport report(long cats, long dogs, float score, float... embedding) {
    var scores = new Scores.Recorder();
    var embeddings = new EmbeddingSum.Recorder();
    for (long i = 0; i < cats + dogs; i++) {
      scores.add(score);
      embeddings.add(embedding);
    }
    RunMetrics e = RunMetrics.EMPTY;
    return new PartitionReport(
        cats + dogs,
        cats + dogs,
        0,
        Map.of(),
        Map.of("cat", cats, "dog", dogs),
        0,
        0,
        0,
        new RunMetrics(
            1,
            e.tasksByGraph(),
            e.times(),
            e.timeline(),
            e.digest(),
            scores.total(),
            embeddings.total(),
            e.extremes(),
            e.refusals(),
            e.quality(),
            e.traffic()));
  }

  private RunKey key(int day, String id) {
    return new RunKey(folder.toUri().toString(), LocalDate.of(2026, 1, day), id);
  }

  private void publish(RunKey key, String model, PartitionReport report, long seconds)
      throws IOException {
    RunManifest.of(
            key,
            List.of("/in"),
            TinyModels.card(32, TinyModels.COLOURS, 3),
            new ModelIdentity("v", model, "p"),
            null,
            new Conditions("c 1; limit=2"),
            Instant.EPOCH,
            Map.of(),
            0,
            0,
            LeftOut.NONE,
            new RunTotals(report, 1, 1, 1, 1, new Drift.NotCompared("no limit is set")))
        .write(key, CONFIGURATION);
    Files.setLastModifiedTime(
        Path.of(key.manifest().toUri()), FileTime.from(Instant.ofEpochSecond(seconds)));
  }

  private Drift judge(DriftLimits limits, PartitionReport report) throws IOException {
    return new DriftGate(
            limits, key(9, "now"), new ModelIdentity("v", "sha", "p"), false, CONFIGURATION)
        .judge(report);
  }

  @ParameterizedTest
  @CsvSource({
    // cats, dogs, score, embedding: label, score, embedding
    "50, 50, 0.5, 3, 4, 0, 0, 0, false",
    "59, 41, 0.5, 3, 4, 0.09, 0, 0, false",
    "61, 39, 0.5, 3, 4, 0.11, 0, 0, true",
    "20, 0, 0.5, 3, 4, 0.5, 0, 0, true",
    "50, 50, 0.59375, 3, 4, 0, 0.09375, 0, false",
    "50, 50, 0.375, 3, 4, 0, 0.125, 0, true",
    "50, 50, 0.5, 3, 4.25, 0, 0, 0.05, false",
    "50, 50, 0.5, 0, 0, 0, 0, 1, true",
  })
  void eachDistanceIsThatOfItsFormula(
      long cats,
      long dogs,
      float score,
      float e1,
      float e2,
      double label,
      double mean,
      double embedding,
      boolean exceeded)
      throws IOException {
    publish(key(1, "a"), "sha", report(500, 500, 0.5f, 3, 4), 1);
    var drift =
        assertInstanceOf(Drift.Compared.class, judge(LIMITS, report(cats, dogs, score, e1, e2)));
    assertEquals("run a of 2026-01-01", drift.comparedWith());
    double[] expected = {label, mean, embedding};
    for (int i = 0; i < 3; i++) {
      assertEquals(expected[i], drift.measures().get(i).value(), 1e-12);
    }
    assertEquals(exceeded, drift.exceeded());
  }

  /** The manifest has a thousand of them by name. */
  @Test
  void theSameMixOfVeryManyLabelsIsNoDistance() throws IOException {
    var labels = new TreeMap<String, Long>();
    for (int i = 0; i < 3000; i++) {
      labels.put("label " + i, 1L);
    }
    var report = new PartitionReport(3000, 3000, 0, Map.of(), labels, 0, 0, 0, RunMetrics.EMPTY);
    publish(key(1, "a"), "sha", report, 1);
    Drift drift = judge(new DriftLimits(0.1, null, null, 10), report);
    assertEquals(0, ((Drift.Compared) drift).measures().get(0).value(), 1e-12);
  }

  @Test
  void theLastRunOfTheModelThatIsLargeEnoughIsComparedWith() throws IOException {
    publish(key(3, "older"), "sha", report(90, 10, 0.5f, 3, 4), 100);
    publish(key(1, "newer"), "sha", report(50, 50, 0.5f, 3, 4), 200);
    publish(key(4, "small"), "sha", report(9, 0, 0.5f, 3, 4), 300);
    publish(key(5, "other"), "other", report(0, 100, 0.5f, 3, 4), 400);
    Drift drift = judge(LIMITS, report(50, 50, 0.5f, 3, 4));
    assertEquals("run newer of 2026-01-01", ((Drift.Compared) drift).comparedWith());
    assertFalse(drift.exceeded());
  }

  @Test
  void withoutAnEarlierRunEverythingPassesAndSaysWhy() throws IOException {
    Drift none = judge(LIMITS, report(50, 50, 0.5f, 3, 4));
    assertFalse(none.exceeded());
    assertTrue(none.text().contains("none of the last 50 runs has this model"), none.text());
    publish(key(1, "a"), "sha", report(500, 500, 0.5f, 3, 4), 1);
    Drift few = judge(LIMITS, report(9, 0, 0.5f, 3, 4));
    assertFalse(few.exceeded());
    assertTrue(few.text().contains("9 images were predicted, fewer than"), few.text());
  }

  @Test
  void whatIsNotSetIsNotAsked() throws IOException {
    publish(key(1, "a"), "sha", report(500, 500, 0.5f, 3, 4), 1);
    PartitionReport other = report(100, 0, 1, 9, 9);
    Drift one = judge(new DriftLimits(null, 0.9, null, 1), other);
    assertEquals(1, ((Drift.Compared) one).measures().size());
    assertFalse(one.exceeded());
    assertEquals(
        "not compared: no limit is set", judge(new DriftLimits(null, null, null, 1), other).text());
  }

  @Test
  void embeddingsThatCannotBeComparedExceedTheLimit() throws IOException {
    publish(key(1, "a"), "sha", report(500, 500, 0.5f, 3, 4), 1);
    assertTrue(judge(LIMITS, report(50, 50, 0.5f, 3, 4, 0)).exceeded(), "another width");
    assertTrue(judge(LIMITS, report(50, 50, 0.5f, Float.NaN, 4)).exceeded());
  }
}
