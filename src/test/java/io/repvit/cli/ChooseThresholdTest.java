package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each figure as SQL over the tables of both models tells it. The good model is the second. */
@Tag("slow")
class ChooseThresholdTest {
  private static final double EXACT = 1e-12;

  @TempDir static Path folder;
  private static Path input;
  private static Path first;

  @BeforeAll
  static void write() throws Exception {
    input = folder.resolve("input");
    Samples.garments(input, 12);
    List<String> labels = Files.readAllLines(Path.of("src/demo/fashion-mnist-labels.txt"));
    first = Files.write(folder.resolve("first.onnx"), TinyModels.repVit(labels).bytes());
  }

  private static Cli.Ended choose(Path output, String... more) {
    var args =
        new ArrayList<>(
            List.of("choose-threshold", "--model", first.toString(), "--input", input.toString()));
    args.addAll(List.of("--then", Cli.MODEL.toString(), "--output", output.toString()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  @Test
  void theChosenLimitIsTheSmallestWithinTheTolerance() throws Exception {
    Path output = folder.resolve("output");
    JsonNode found =
        new ObjectMapper().readTree(choose(output, "--json", "--tolerance", "0.3").done().out());
    try (Tables tables = Tables.open(output)) {
      tables.execute(
          """
          create table answers as
          select cascade.first_score::double as score,
              (cascade.first_label = split_part(path, '/', -2))::int as one,
              (label = split_part(path, '/', -2))::int as two
          from predictions""");
      assertEquals(120, found.get("images").asInt());
      double second = tables.number("select avg(two) from answers");
      assertEquals(
          tables.number("select avg(one) from answers"),
          found.get("first").get("accuracy").asDouble(),
          EXACT);
      assertEquals(second, found.get("second").get("accuracy").asDouble(), EXACT);
      double rate = Double.POSITIVE_INFINITY;
      for (JsonNode limit : found.get("limits")) {
        double below = limit.get("below").asDouble();
        assertEquals(
            tables.number(accuracy(below)), limit.get("accuracy").asDouble(), EXACT, "at " + below);
        assertEquals(
            tables.number("select avg((score < %s)::int) from answers".formatted(text(below))),
            limit.get("share").asDouble(),
            EXACT);
        assertTrue(limit.get("images_per_second").asDouble() <= rate, "fewer with more images");
        rate = limit.get("images_per_second").asDouble();
      }
      double chosen = found.get("chosen").get("below").asDouble();
      assertTrue(chosen > 0 && chosen < 1, "chosen is " + chosen);
      for (int step = 0; step < Math.round(chosen * 1000); step++) {
        assertTrue(tables.number(accuracy(step / 1000.0)) < second - 0.3, "at " + step);
      }
      assertTrue(tables.number(accuracy(chosen)) >= second - 0.3);
    }
    assertEquals(
        found.get("first").get("images_per_second").asDouble(),
        found.get("limits").get(0).get("images_per_second").asDouble(),
        EXACT);
  }

  private static String accuracy(double below) {
    return "select avg(case when score < %s then two else one end) from answers"
        .formatted(text(below));
  }

  /** DuckDB takes a literal without an exponent for a decimal number. */
  private static String text(double value) {
    return String.format(Locale.ROOT, "%.3f::double", value);
  }

  @Test
  void theTableForPeopleEndsWithTheLimit() throws Exception {
    Path csv = folder.resolve("truth.csv");
    var lines = new ArrayList<>(List.of("path,label"));
    for (Path bag : Samples.children(input.resolve("bag"))) {
      lines.add("file:" + bag + ",bag");
    }
    Files.write(csv, lines);
    Path output = folder.resolve("truth");
    String out = choose(output, "--truth", csv.toString(), "--tolerance", "0").done().out();
    assertTrue(out.contains("12 images, 108 without truth. "), out);
    assertTrue(out.lines().anyMatch(line -> line.contains(" chosen ")), out);
    assertTrue(out.contains("first alone") && out.contains("second alone"), out);
  }

  @Test
  void whatCannotBeChosenFromIsRefused() throws Exception {
    Path output = folder.resolve("refused");
    assertTrue(choose(output, "--below", "0.5").refusal().contains("below"));
    assertTrue(choose(output, "--tolerance", "2").refusal().contains("tolerance is 2"));
    String without =
        Cli.run(
                "choose-threshold",
                "--model",
                first.toString(),
                "--input",
                input.toString(),
                "--output",
                output.toString())
            .refusal();
    assertTrue(without.contains("--then is required"), without);
    Path csv = Files.writeString(folder.resolve("other.csv"), "path,label\nfile:/x.png,bag\n");
    Cli.Ended ended = choose(output, "--truth", csv.toString());
    assertEquals(ExitCode.BAD_INPUT, ended.exit());
    assertTrue(ended.err().contains("none of the 120 predictions"), ended.err());
  }
}
