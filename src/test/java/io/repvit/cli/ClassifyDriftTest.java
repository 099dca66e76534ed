package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nights over garments, of which one has nothing but coats. */
@Tag("slow")
class ClassifyDriftTest {
  private static final String[] LIMITS = {
    "--gate-label-drift=0.3",
    "--gate-score-drift=0.2",
    "--gate-embedding-drift=0.5",
    "--gate-min-images=3"
  };

  @TempDir private Path folder;

  @Test
  void aNightThatDriftsIsNotPublishedUntilItsLimitsAreOthers() throws Exception {
    Path mixed = folder.resolve("mixed");
    Samples.garments(mixed, 2);
    Path coats = folder.resolve("coats");
    Samples.garments(folder.resolve("more"), 6);
    Files.move(folder.resolve("more/coat"), coats);
    Path output = folder.resolve("output");

    run("first", mixed, output, LIMITS).done();
    assertEquals(
        "none of the last 50 runs has this model and at least 3 images",
        manifest(output, "first").get("drift").get("reason").asText());

    run("same", mixed, output, with("--rescore")).done();
    JsonNode drift = manifest(output, "same").get("drift");
    assertEquals("run first of " + Tables.DATE, drift.get("compared_with").asText());
    for (JsonNode measure : drift.get("measures")) {
      assertEquals(0, measure.get("value").asDouble(), 1e-9, measure::toString);
    }
    assertTrue(Files.readString(output.resolve(place("same", "report.html"))).contains("Drift"));

    List<String> before = Tables.filesBelow(output.resolve("predictions"));
    Cli.Ended refused = run("coats", coats, output, with("--rescore"));
    assertEquals(ExitCode.LIMIT_EXCEEDED, refused.exit(), refused.err());
    String why = refused.err().lines().reduce("", (a, b) -> b);
    assertTrue(why.contains("run same of " + Tables.DATE) && why.contains("label 0."), why);
    assertEquals("", refused.out());
    assertEquals(before, Tables.filesBelow(output.resolve("predictions")));
    assertFalse(Files.exists(output.resolve(place("coats", "manifest.json"))));

    Cli.Ended published = run("coats", coats, output, "--rescore");
    assertTrue(published.done().err().contains("resuming run coats"), published.err());
    assertEquals(6, manifest(output, "coats").get("listed").asInt());
    assertFalse(Files.exists(output.resolve("_staging")), "nothing is left");
  }

  private static String[] with(String option) {
    var all = new ArrayList<>(List.of(LIMITS));
    all.add(option);
    return all.toArray(String[]::new);
  }

  private static Cli.Ended run(String id, Path input, Path output, String... more) {
    var all = new ArrayList<>(List.of(more));
    all.add("--run-id=" + id);
    var args =
        new ArrayList<>(
            List.of("classify", "--model", Cli.MODEL.toString(), "--input", input.toString()));
    args.addAll(List.of("--output", output.toString(), "--date", Tables.DATE));
    args.addAll(all);
    return Cli.run(args.toArray(String[]::new));
  }

  private static String place(String id, String file) {
    return "runs/run_date=%s/run_id=%s/%s".formatted(Tables.DATE, id, file);
  }

  private static JsonNode manifest(Path output, String id) throws Exception {
    return new ObjectMapper().readTree(output.resolve(place(id, "manifest.json")).toFile());
  }
}
