package io.repvit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.metrics.Drift;
import io.repvit.metrics.LeftOut;
import io.repvit.metrics.RunMetrics;
import io.repvit.predict.Conditions;
import io.repvit.predict.ModelIdentity;
import io.repvit.predict.PartitionReport;
import io.repvit.report.HtmlReport;
import io.repvit.table.RunKey;
import io.repvit.testing.TinyModels;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LabelMixTest {

  @Test
  void theMostFrequentAreToldOneByOneAndTheOthersAddUp() {
    Map<String, Long> counts = Map.of("a", 1L, "b", 5L, "c", 5L, "d", 9L, "e", 2L);
    LabelMix mix = LabelMix.of(counts, 3);
    assertEquals("{d=9, b=5, c=5}", mix.labels().toString());
    assertEquals(new LabelMix.Others(2, 3), mix.otherLabels());
    assertEquals("{d=9}", mix.most(1).labels().toString());
    assertEquals(new LabelMix.Others(4, 13), mix.most(1).otherLabels());
    assertEquals(new LabelMix.Others(0, 0), LabelMix.of(counts, 5).otherLabels());
    assertEquals(22, mix.images());
  }

  @Test
  void labelsThatAreNotToldOneByOneAreOneLabelInADistance() {
    LabelMix mix = LabelMix.of(Map.of("a", 60L, "b", 30L, "c", 6L, "d", 4L), 2);
    assertEquals(0, mix.distance(Map.of("a", 6L, "b", 3L, "x", 1L)), 1e-12);
    assertEquals(0.4, mix.distance(Map.of("a", 20L, "b", 30L, "x", 50L)), 1e-12);
    assertEquals(0.9, mix.distance(Map.of("x", 1L)), 1e-12);
    LabelMix whole = LabelMix.of(Map.of("a", 1L), 2);
    assertEquals(1, whole.distance(Map.of("x", 7L, "y", 1L)), 1e-12);
  }

  /** The file and the page of a model of 100,000 classes, all of which occur. */
  @Test
  void aHundredThousandClassesMakeNeitherManifestNorPageLong() throws Exception {
    int classes = 100_000;
    var counts = new TreeMap<String, Long>();
    for (long i = 0; i < classes; i++) {
      counts.put("class " + i, 1 + i);
    }
    long images = classes * (classes + 1L) / 2;
    var report =
        new PartitionReport(images, images, 0, Map.of(), counts, 1, 0, 0, RunMetrics.EMPTY);
    var manifest =
        RunManifest.of(
            new RunKey("/out", LocalDate.of(2026, 1, 9), "nightly"),
            List.of("/in"),
            TinyModels.card(32, TinyModels.COLOURS, 3),
            new ModelIdentity("v", "cd", "ef"),
            null,
            new Conditions("c 1; limit=2"),
            Instant.EPOCH,
            Map.of(),
            0,
            0,
            LeftOut.NONE,
            new RunTotals(report, 1, 1, 1, 1, new Drift.NotCompared("")));
    assertTrue(manifest.json().length() < 50_000, manifest.json().length() + " characters");
    JsonNode json = new ObjectMapper().readTree(manifest.json());
    assertEquals(1000, json.path("labels").size());
    assertEquals(classes, json.path("labels").path("class 99999").asLong());
    assertEquals(99_000, json.path("other_labels").path("labels").asLong());
    long told = 0;
    for (JsonNode n : json.path("labels")) {
      told += n.asLong();
    }
    assertEquals(images, told + json.path("other_labels").path("images").asLong());

    String page = new HtmlReport(manifest, RunMetrics.EMPTY, Map.of()).html();
    assertTrue(page.length() < 50_000, page.length() + " characters");
    assertTrue(page.contains("99,970 more labels have"), page);
  }
}
