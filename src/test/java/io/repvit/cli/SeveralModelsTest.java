package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.checkpoint.Sha256;
import io.repvit.export.Calibrator;
import io.repvit.inference.ModelFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Analyses of a table with the rows of two models. */
@Tag("slow")
class SeveralModelsTest {
  private static final int IMAGES = 20;

  @TempDir static Path folder;
  private static Path tables;
  private static String first;
  private static String second;

  @BeforeAll
  static void classifyTwice() throws Exception {
    Path input = folder.resolve("images");
    tables = folder.resolve("tables");
    Samples.garments(input, IMAGES / 10);
    Path other = folder.resolve("other.onnx");
    ModelFile model = ModelFile.of("m", Files.readAllBytes(Cli.MODEL));
    second = Calibrator.write(model, 1.5, other).sha256();
    first = Sha256.of(Cli.MODEL);
    Cli.classify(input, tables).done();
    Cli.classify(input, tables, "--model", other.toString(), "--run-id", "other").done();
  }

  private static Cli.Ended run(String command, String... more) {
    var args = new ArrayList<>(List.of(command, "--predictions", tables.toString(), "--json"));
    if (!command.equals("evaluate")) {
      args.addAll(List.of("--output", folder.resolve("results").toString(), "--overwrite"));
    }
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"neighbours", "cluster", "evaluate", "audit", "probe", "duplicates --by subject"})
  void anAnalysisAsksForOneOfThem(String command) {
    String[] words = command.split(" ");
    assertEquals(
        String.format(
            "repvit %s: %s has the rows of several models, %s; choose one with --model-sha256",
            words[0], tables, Stream.of(first, second).sorted().toList()),
        run(words[0], List.of(words).subList(1, words.length).toArray(String[]::new)).refusal());
  }

  @Test
  void theChosenOneIsAnalysed() throws Exception {
    for (String model : List.of(first, second)) {
      var evaluated =
          new ObjectMapper().readTree(run("evaluate", "--model-sha256", model).done().out());
      assertEquals(IMAGES, evaluated.get("images").asInt());
    }
    assertEquals(
        String.format(
            "repvit neighbours: %s has no rows of the model 0, it has those of %s; choose one with"
                + " --model-sha256",
            tables, Stream.of(first, second).sorted().toList()),
        run("neighbours", "--model-sha256", "0").refusal());
  }

  @Test
  void anImageIsNoDuplicateOfItsOwnRowOfTheOtherModel() throws Exception {
    var found = new ObjectMapper().readTree(run("duplicates", "--by", "bytes").done().out());
    assertEquals(IMAGES, found.get("images").asInt());
    assertEquals(0, found.get("dropped").asInt());
  }
}
