package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accuracy as SQL over the same table tells it. */
@Tag("slow")
class EvaluateTest {
  private static final double EXACT = 1e-12;

  @TempDir static Path folder;
  private static Path input;
  private static Path output;
  private static Tables tables;

  @BeforeAll
  static void classifyOnce() throws Exception {
    input = folder.resolve("input");
    output = folder.resolve("output");
    Samples.garments(input, 10);
    // Some images in wrong folders, so that something is confused whatever the model.
    Files.move(input.resolve("bag/00018.png"), input.resolve("sandal/bag.png"));
    Files.move(input.resolve("coat/00006.png"), input.resolve("sneaker/coat.png"));
    Cli.classify(input, output, "--top-k", "3").done();
    tables = Tables.open(output);
    tables.execute(
        "create table folders as select path, split_part(path, '/', -2) as label from predictions");
    tables.execute("create table truths as from folders where label <> 'dress'");
  }

  @AfterAll
  static void close() throws Exception {
    tables.close();
  }

  @Test
  void foldersAreTheTruthWithoutATable() throws Exception {
    agrees(json(), "folders", 0);
  }

  @Test
  void aCsvFileIsTheTruthAndImagesThatItDoesNotNameAreLeftOut() throws Exception {
    Path csv = folder.resolve("truth.csv");
    tables.execute("copy truths to '%s' (header, delimiter ',')".formatted(csv));
    agrees(json("--truth", csv.toString()), "truths", 10);
  }

  @Test
  void aParquetTableIsTheTruth() throws Exception {
    Path parquet = folder.resolve("truth.parquet");
    tables.execute("copy truths to '%s' (format parquet)".formatted(parquet));
    agrees(json("--truth", parquet.toString()), "truths", 10);
  }

  private static void agrees(JsonNode found, String truth, int withoutTruth) throws Exception {
    tables.execute(
        """
        create or replace view joined as
        select t.label as truth, p.label as predicted,
            list_contains(list_transform(p.top_k, lambda s: s.label), t.label) as among_the_best
        from predictions p join %s t using (path)"""
            .formatted(truth));
    assertEquals(100 - withoutTruth, found.get("images").asInt());
    assertEquals(withoutTruth, found.get("without_truth").asInt());
    assertEquals(3, found.get("k").asInt());
    assertEquals(
        tables.number("select avg((truth = predicted)::int) from joined"),
        found.get("top1").asDouble(),
        EXACT);
    assertEquals(
        tables.number("select avg(among_the_best::int) from joined"),
        found.get("top_k").asDouble(),
        EXACT);
    assertTrue(found.get("top1").asDouble() < 1, "two images lie in wrong folders");

    Set<List<Object>> cells = new HashSet<>();
    for (JsonNode cell : found.get("confusion")) {
      cells.add(
          List.of(
              cell.get("truth").asText(),
              cell.get("predicted").asText(),
              cell.get("images").asLong()));
    }
    assertEquals(
        Set.copyOf(tables.rows("select truth, predicted, count(*) from joined group by all")),
        cells);

    var classes = new TreeMap<String, List<Object>>();
    for (JsonNode c : found.get("classes")) {
      classes.put(
          c.get("label").asText(), List.of(c.get("images").asLong(), c.get("recall").asDouble()));
      if (c.get("precision").isNumber()) {
        assertEquals(
            tables.number(
                "select avg((truth = predicted)::int) from joined where predicted = '%s'"
                    .formatted(c.get("label").asText())),
            c.get("precision").asDouble(),
            EXACT);
      }
    }
    var expected = new TreeMap<String, List<Object>>();
    for (List<Object> row :
        tables.rows(
            "select truth, count(*), avg((truth = predicted)::int) from joined group by truth")) {
      expected.put((String) row.get(0), row.subList(1, 3));
    }
    assertEquals(expected, classes);
  }

  @Test
  void theTableForPeopleShowsTheSameAccuracy() throws Exception {
    JsonNode json = json();
    String out = evaluate().done().out();
    assertTrue(
        out.contains(
            "100 images, 0 without truth: top-1 %.4f, top-3 %.4f"
                .formatted(json.get("top1").asDouble(), json.get("top_k").asDouble())),
        out);
  }

  @Test
  void resultsAreARowPerImageASummaryAndAPage() throws Exception {
    Path results = folder.resolve("evaluation");
    Path csv = folder.resolve("few.csv");
    tables.execute("copy truths to '%s' (header, delimiter ',')".formatted(csv));
    String out =
        evaluate(
                "--truth",
                csv.toString(),
                "--output",
                results.toString(),
                "--json",
                "--compare",
                output.toString())
            .done()
            .out();
    JsonNode summary = new ObjectMapper().readTree(results.resolve("summary.json").toFile());
    assertEquals(summary, new ObjectMapper().readTree(out));
    agrees(summary, "truths", 10);
    assertEquals(1, summary.get("comparison").get("agreement").asDouble());
    assertEquals(100, summary.get("comparison").get("shared").asLong());
    assertEquals(1, summary.get("comparison").get("mcnemar").get("p_value").asDouble());
    assertEquals(
        tables.rows(
            """
            select p.path, t.label, p.label, p.score, t.label = p.label,
                nullif(list_position(list_transform(top_k, lambda s: s.label), t.label), 0),
                list_filter(top_k, lambda s: s.label = t.label)[1].score, 3
            from predictions p left join truths t using (path) order by path"""),
        tables.rows(
            "select path, truth, label, score, \"right\", rank, truth_score, k from '%s/rows/*.parquet' order by path"
                .formatted(results)));
    String page = Files.readString(results.resolve("report.html"));
    for (String part : List.of("Most confident mistakes", "Two models", "Confusion matrix")) {
      assertTrue(page.contains(part), part);
    }
    assertTrue(evaluate("--output", results.toString()).refusal().contains("--overwrite"));
  }

  @Test
  void aTemperatureIsRefusedWithoutTheScoresOfAllClasses() {
    String line = evaluate("--temperature").refusal();
    assertTrue(line.contains("top_k has 3 of at least"), line);
  }

  @Test
  void aCarriedColumnThatNoImageHasIsRefused() {
    String line = evaluate("--truth-column", "class").refusal();
    assertTrue(line.contains("none of the 100 predictions has a true label"), line);
  }

  @Test
  void foldersThatAreNoLabelsAreRefused() throws Exception {
    Path elsewhere = folder.resolve("elsewhere");
    Cli.classify(Samples.PHOTOGRAPHS, elsewhere).done();
    String line = Cli.run("evaluate", "--predictions", elsewhere + "/predictions").refusal();
    assertTrue(line.contains("photographs"), line);
  }

  @Test
  void aTruthOfOtherPathsIsRefused() throws Exception {
    Path csv = Files.writeString(folder.resolve("other.csv"), "path,label\nfile:/x.png,bag\n");
    String line = evaluate("--truth", csv.toString()).refusal();
    assertTrue(line.contains("100 predictions"), line);
  }

  @Test
  void aTableThatIsMissingOrLacksColumnsIsRefused() throws Exception {
    Path csv = Files.writeString(folder.resolve("columns.csv"), "file,class\na,b\n");
    for (Map.Entry<String, String> mistake :
        Map.of(folder + "/none", "none", csv.toString(), "columns.csv").entrySet()) {
      String line = evaluate("--truth", mistake.getKey()).refusal();
      assertTrue(line.contains(mistake.getValue()), line);
      String other = Cli.run("evaluate", "--predictions", mistake.getKey()).refusal();
      assertTrue(other.contains(mistake.getValue()), other);
    }
    String line = Cli.run("evaluate", "--predictions", "gopher://host/table").refusal();
    assertTrue(line.contains("gopher"), line);
  }

  private static JsonNode json(String... more) throws Exception {
    var args = new java.util.ArrayList<>(List.of(more));
    args.add("--json");
    return new ObjectMapper().readTree(evaluate(args.toArray(String[]::new)).done().out());
  }

  private static Cli.Ended evaluate(String... more) {
    var args =
        new java.util.ArrayList<>(List.of("evaluate", "--predictions", output + "/predictions"));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }
}
