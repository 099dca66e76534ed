package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.ForeignModels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectTest {
  @Test
  void ourModelHasItsCardAndNothingLeft() {
    List<String> lines = inspect(Cli.MODEL.toString());
    assertEquals("repvit_m0_6", value(lines, "repvit.variant"));
    assertEquals("yes", value(lines, "fused"));
    assertEquals("{ai.onnx=20}, IR version 9", value(lines, "opset"));
    assertEquals("pixels: float32 [N,3,64,64]", value(lines, "inputs"));
    assertEquals("logits: float32 [N,10]; embedding: float32 [N,320]", value(lines, "outputs"));
  }

  @Test
  void anotherProgramsModelHasNoCardAndWhatIsLeftIsNamed() {
    List<String> lines =
        inspect("file:" + ForeignModels.onnx("repvit_torchscript").toAbsolutePath());
    assertTrue(value(lines, "card").startsWith("none; "), lines.toString());
    assertEquals("input: float32 [batch,3,64,64]", value(lines, "inputs"));
    assertEquals("/ReduceMean_output_0, 16 values", value(lines, "features"));
    assertEquals("0.001", value(lines, "GMACs"));
    assertEquals(
        "no: 6 BatchNormalization, 5 parallel branches, 0 training-only nodes",
        value(lines, "fused"));
    assertTrue(
        lines.contains("  BatchNormalization         /head/head/bn/BatchNormalization"),
        lines.toString());
    assertTrue(
        lines.contains("  parallel branches          from '/ReduceMean_output_0' to '/head/Add'"),
        lines.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "src/test/resources/foreign/resnet_external.onnx | is stored in another file",
        "src/test/resources/foreign/inspect.tsv          | is not an ONNX model",
        "src/test/resources/foreign                      | is a folder",
        "none.onnx                                       | does not exist",
        "s4://bucket/m.onnx                              | cannot be read",
      })
  void whatIsNoModelIsRefusedInOneLine(String uri, String message) {
    String line = Cli.run("inspect", uri).refusal();
    assertTrue(line.startsWith("repvit inspect: "), line);
    assertTrue(
        line.contains(message) && line.contains(Path.of(uri).getFileName().toString()), line);
  }

  private static List<String> inspect(String uri) {
    return Cli.run("inspect", uri).done().out().lines().toList();
  }

  private static String value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(key + " is not in " + lines))
        .substring(29);
  }
}
