package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.inference.ModelFile;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier for other labels, from predictions to predictions. */
@Tag("slow")
class ProbeTest {
  private static final Set<String> LABELS =
      Set.of("bag, “large” <b>&\"", "größe 大 'shoe'", "other  garment\\n");

  private static final Map<String, String> SPARK = Map.of("spark.sql.shuffle.partitions", "2");

  @TempDir static Path folder;
  private static Path input;
  private static Path output;
  private static Path truth;
  private static Path model;
  private static Path result;
  private static Tables tables;
  private static JsonNode summary;

  @BeforeAll
  static void probeOnce() throws Exception {
    input = folder.resolve("input");
    output = folder.resolve("output");
    truth = folder.resolve("truth.csv");
    model = folder.resolve("new.onnx");
    result = folder.resolve("probe");
    Samples.garments(input, 8);
    Cli.classify(input, output).done();
    tables = Tables.open(output);
    tables.execute(
        """
        copy (select path, case split_part(path, '/', -2)
                when 'bag' then 'bag, “large” <b>&"'
                when 'sandal' then 'größe 大 ''shoe'''
                when 'sneaker' then 'größe 大 ''shoe'''
                when 'ankle_boot' then 'größe 大 ''shoe'''
                else 'other  garment\\n' end as label
            from predictions where split_part(path, '/', -2) <> 'dress')
        to '%s' (header)"""
            .formatted(truth));
    Cli.Ended ended =
        probe(
                "--truth",
                truth.toString(),
                "--folds",
                "2",
                "--regularisation",
                "0.01,0.1",
                "--images-per-class",
                "2",
                "--class-weights",
                "balanced",
                "--json")
            .done();
    summary = new ObjectMapper().readTree(ended.out());
    tables.execute("create view probed as from '%s/rows/*.parquet'".formatted(result));
  }

  private static Cli.Ended probe(String... more) {
    var args = new ArrayList<>(List.of("probe"));
    args.addAll(List.of("--predictions", output.toString()));
    args.addAll(List.of(more));
    if (!args.contains("--output")) {
      args.addAll(List.of("--output", result.toString()));
    }
    if (!args.contains("--model")) {
      args.addAll(List.of("--model", Cli.MODEL.toString()));
    }
    args.addAll(List.of("--write-model", model.toString()));
    return Cli.run(SPARK, args.toArray(String[]::new));
  }

  @AfterAll
  static void close() throws Exception {
    tables.close();
  }

  @Test
  void classifyWithTheNewModelGivesTheLabelsOfTheProbe() throws Exception {
    Path again = folder.resolve("again");
    Cli.classify(input, again, "--model", model.toString()).done();
    try (Tables found = Tables.open(again)) {
      found.execute(
          """
          create view both_of as select p.label, p.score, r.truth, r."set", r.predicted,
              r.score as probed
          from predictions p join '%s/rows/*.parquet' r using (path)"""
              .formatted(result));
      assertEquals(72, found.number("select count(*) from both_of"));
      String test = " from both_of where \"set\" = 'test'";
      assertEquals(13, found.number("select count(*)" + test));
      assertEquals(0, found.number("select count(*)" + test + " and label <> predicted"));
      assertEquals(0, found.number("select max(abs(score - probed))" + test), 1e-5);
      found.execute(
          "create view before as from read_parquet('%s/predictions/**/*.parquet')"
              .formatted(output));
      assertEquals(
          80,
          found.number(
              "select count(*) from predictions p join before b using (path) where"
                  + " list_distance(p.embedding, b.embedding) < 1e-4"));
      // The other images are predicted by classifiers that did not see them.
      assertTrue(
          found.number("select avg((label = truth)::int) from both_of") > 0.9, "most are right");
      assertEquals(
          1,
          found.number(
              "select count(distinct model_sha256) from predictions where model_sha256 = '"
                  + summary.at("/model/sha256").asText()
                  + "'"));
    }
  }

  @Test
  void theFileIsComparedWithMlLib() {
    JsonNode verified = summary.at("/model/verified");
    assertEquals(72, verified.get("embeddings").asInt());
    assertEquals(64, verified.get("images").asInt());
    assertEquals(0, verified.get("unreadable").asInt() + verified.get("changed").asInt());
    assertTrue(verified.get("largest_difference").asDouble() < 1e-5, verified::toString);
    assertTrue(verified.get("images_largest_difference").asDouble() < 1e-5, verified::toString);
  }

  @Test
  void inspectShowsTheCardOfTheNewModel() {
    String card = Cli.run("inspect", model.toString()).done().out();
    for (String label : LABELS) {
      assertTrue(card.contains(label), card);
    }
    assertTrue(card.contains(summary.get("base_model_sha256").asText()), card);
    assertTrue(card.contains("logits: float32 [N,3]; embedding: float32 [N,320]"), card);
    assertTrue(card.lines().anyMatch(l -> l.matches("repvit.probe.images +59")), card);
  }

  @Test
  void theSummaryCountsTheRows() throws Exception {
    assertEquals(72, summary.get("images").asInt());
    assertEquals(8, summary.get("without_label").asInt());
    assertEquals(59, summary.get("training_images").asInt());
    assertEquals(
        tables.number("select avg((truth = predicted)::int) from probed where \"set\" = 'test'"),
        summary.at("/test/accuracy").asDouble(),
        1e-12);
    assertEquals(
        tables.number("select avg((truth = predicted)::int) from probed where fold is not null"),
        summary.at("/validation/accuracy").asDouble(),
        1e-12);
    var classes = new HashSet<String>();
    for (JsonNode c : summary.get("classes")) {
      classes.add(c.get("label").asText());
      assertEquals(
          tables.number(
              "select count(*) from probed where \"set\" = 'test' and truth = '"
                  + c.get("label").asText().replace("'", "''")
                  + "'"),
          c.get("images").asDouble());
    }
    assertEquals(LABELS, classes);
    assertEquals(2, summary.get("learning_curve").size());
    assertEquals(6, summary.at("/learning_curve/0/training_images").asInt());
  }

  @Test
  void thePageShowsLabelsAsText() throws Exception {
    String page = Files.readString(result.resolve("report.html"));
    assertTrue(page.contains("bag, “large” &lt;b&gt;&amp;"), page.substring(0, 200));
    assertFalse(page.contains("“large” <b>"));
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeTraining() throws Exception {
    Path other = folder.resolve("other.onnx");
    ModelFile colours = TinyModels.colours(1);
    Files.write(other, colours.bytes());
    String elsewhere = folder.resolve("elsewhere").toString();
    String refusal =
        probe("--output", elsewhere, "--model", other.toString(), "--overwrite").refusal();
    assertTrue(refusal.contains("the embeddings are of the model with SHA-256"), refusal);
    assertTrue(refusal.contains(colours.sha256()), refusal);
    refusal = probe("--output", elsewhere).refusal();
    assertTrue(refusal.contains("new.onnx exists, expected a new file"), refusal);
    refusal = probe("--output", elsewhere, "--folds", "1").refusal();
    assertTrue(refusal.contains("--folds is 1, expected 2 to 20"), refusal);
    refusal = probe("--output", elsewhere, "--regularisation", "0.1,x").refusal();
    assertTrue(refusal.contains("--regularisation has 'x', expected numbers"), refusal);
  }
}
