package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.cli.Tables.Answer;
import io.repvit.inference.ModelFile;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration model, and a pseudo-random one with another size of input. */
@Tag("slow")
class ClassifyCascadeTest {
  private static final String BELOW = "0.9";

  @TempDir static Path folder;
  private static Path input;
  private static Path second;

  @BeforeAll
  static void write() throws Exception {
    input = folder.resolve("input");
    Samples.garments(input, 4);
    Files.copy(input.resolve("bag/00018.png"), input.resolve("copy.png"));
    Files.copy(input.resolve("shirt/00004.png"), input.resolve("shirt/copy.png"));
    Files.writeString(input.resolve("bad.png"), "no image");
    List<String> labels = Files.readAllLines(Path.of("src/demo/fashion-mnist-labels.txt"));
    second = write("second.onnx", TinyModels.repVit(labels));
  }

  private static Path write(String name, ModelFile model) throws Exception {
    return Files.write(folder.resolve(name), model.bytes());
  }

  private static Cli.Ended cascade(Path output, String below, String... more) {
    var args = new ArrayList<>(List.of("--then", second.toString(), "--below", below));
    args.addAll(List.of(more));
    return Cli.classify(input, output, args.toArray(String[]::new));
  }

  @Test
  void eachRowIsThatOfTheModelThatAnswers() throws Exception {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    Path both = folder.resolve("both");
    Cli.classify(input, one).done();
    Cli.classify(input, two, "--model", second.toString()).done();
    Cli.Ended ended = cascade(both, BELOW, "--partitions", "3").done();

    Map<String, Answer> first = Tables.answers(one, input);
    Map<String, Answer> other = Tables.answers(two, input);
    var expected = new TreeMap<String, Answer>();
    first.forEach(
        (path, answer) ->
            expected.put(
                path, answer.score() < Double.parseDouble(BELOW) ? other.get(path) : answer));
    assertEquals(expected, Tables.answers(both, input));

    String columns = "path, label, score, model, model_sha256";
    try (Tables tables =
        Tables.over(
            Map.of(
                "one", Tables.files(one, "predictions"),
                "two", Tables.files(two, "predictions"),
                "predictions", Tables.files(both, "predictions"),
                "quarantine", Tables.files(both, "quarantine")))) {
      assertEquals(
          tables.rows(
              """
              select %s, label, score, 'first' from one where score::double >= %s
              union all
              select t.path, t.label, t.score, t.model, t.model_sha256, o.label, o.score, 'second'
              from two t join one o using (path) where o.score::double < %s order by path"""
                  .formatted(columns, BELOW, BELOW)),
          tables.rows(
              """
              select %s, cascade.first_label, cascade.first_score, cascade.answered_by
              from predictions order by path"""
                  .formatted(columns)));
      assertEquals(
          List.of(List.of(1L)),
          tables.rows("select count(distinct preprocessing) from predictions"));
      assertEquals(1, tables.count("quarantine", "path like '%/bad.png'"));
      long bySecond = tables.count("predictions", "cascade.answered_by = 'second'");
      assertTrue(bySecond > 4 && bySecond < 38, bySecond + " of 42 images");
      assertTheManifestAndReportSayIt(both, bySecond, ended.out());
      assertEquals(
          0,
          tables.count("(describe one)", "column_name = 'cascade'"),
          "a run with one model has no such column");
    }
    assertFalse(Tables.manifest(one).has("cascade"));
  }

  private static void assertTheManifestAndReportSayIt(Path output, long bySecond, String out)
      throws Exception {
    JsonNode cascade = Tables.manifest(output).get("cascade");
    assertEquals(bySecond, cascade.get("answered_by_second").asLong());
    assertEquals(42 - bySecond, cascade.get("answered_by_first").asLong());
    assertEquals(0.9, cascade.get("below").asDouble());
    assertTrue(cascade.get("first_images_per_second").asDouble() > 0);
    assertTrue(cascade.get("second_images_per_second").asDouble() > 0);
    assertTrue(Tables.manifest(output).get("stages").has("infer_second"));
    assertTrue(out.contains(bySecond + " by the second, tiny"), out);
    String report = Files.readString(Tables.manifestFile(output).resolveSibling("report.html"));
    assertTrue(report.contains("by the second model, "), "headline");
    assertTrue(report.contains("answered by the first model"), "rate");
  }

  @Test
  void anotherLimitOrModelScoresAgain() throws Exception {
    Path output = folder.resolve("again");
    cascade(output, BELOW, "--run-id", "a").done();
    assertEquals(
        ExitCode.NOTHING_NEW, cascade(output, BELOW, "--run-id", "b").exit(), "the same cascade");
    for (Cli.Ended ended :
        List.of(
            cascade(output, "0.91", "--run-id", "b", "--dry-run"),
            Cli.classify(input, output, "--run-id", "b", "--dry-run"),
            Cli.classify(
                input, output, "--run-id", "b", "--dry-run", "--model", second.toString()))) {
      String plan = ended.done().out();
      assertTrue(plan.startsWith("43 objects ") && plan.contains("; 0 skipped, scored"), plan);
    }
  }

  @Test
  void anUnfinishedCascadeIsResumedWithTheSameLimitOnly() throws Exception {
    Path output = folder.resolve("resumed");
    String[] gate = {"--gate-label-drift", "0.01", "--gate-min-images", "1", "--rescore"};
    cascade(output, BELOW, "--run-id", "a").done();
    Path coats = folder.resolve("coats");
    Samples.garments(folder.resolve("more"), 6);
    Files.move(folder.resolve("more/coat"), coats);
    String[] args = {"--run-id", "b", "--input", coats.toString()};
    assertEquals(
        ExitCode.LIMIT_EXCEEDED, run(output, BELOW, args, gate).exit(), "compared with a cascade");
    String refusal = run(output, "0.91", args, "--rescore").refusal();
    assertTrue(refusal.contains("below was 0.9 and is 0.91"), refusal);
    Cli.Ended resumed = run(output, BELOW, args, "--rescore").done();
    assertTrue(resumed.err().contains("resuming run b"), resumed.err());

    // A gate compares cascades with equal cascades only.
    String[] other = {"--run-id", "c", "--input", coats.toString(), "--json"};
    JsonNode manifest = new ObjectMapper().readTree(run(output, "0.91", other, gate).done().out());
    assertTrue(manifest.get("drift").has("reason"), manifest.get("drift")::toString);
  }

  private static Cli.Ended run(Path output, String below, String[] args, String... more) {
    var all = new ArrayList<>(Arrays.asList(args));
    all.addAll(List.of(more));
    all.addAll(
        List.of("--model", Cli.MODEL.toString(), "--then", second.toString(), "--below", below));
    all.addAll(List.of("--output", output.toString(), "--date", Tables.DATE));
    all.add(0, "classify");
    return Cli.run(all.toArray(String[]::new));
  }

  @Test
  void modelsThatAreNoCascadeAreRefused() throws Exception {
    Path output = folder.resolve("refused");
    Path other = write("other.onnx", TinyModels.repVit());
    List<String> labels =
        new ArrayList<>(Files.readAllLines(Path.of("src/demo/fashion-mnist-labels.txt")));
    labels.set(3, "gown");
    Path renamed = write("renamed.onnx", TinyModels.repVit(labels));
    for (Map.Entry<Path, String> wrong :
        Map.of(
                other,
                "10 labels and then other.onnx has 7",
                renamed,
                "'dress' in model",
                Cli.MODEL,
                "are the same file",
                folder.resolve("none.onnx"),
                "none.onnx does not exist")
            .entrySet()) {
      String line =
          Cli.classify(input, output, "--then", wrong.getKey().toString(), "--below", "0.8")
              .refusal();
      assertTrue(line.contains(wrong.getValue()), line);
    }
  }
}
