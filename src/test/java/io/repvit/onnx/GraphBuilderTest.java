package io.repvit.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.InferredShapes;
import io.repvit.inference.ModelFile;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphBuilderTest {
  private final GraphBuilder graph = new GraphBuilder("g", "test 1");
  private final Ref pixels = graph.input("pixels", 3, 8, 8);

  @Test
  void mixingGraphsFailsAtOnce() {
    Ref foreign = new GraphBuilder("h", "test 1").input("x", 3, 8, 8);
    assertRefused(
        "'sum' has the input 'x', which belongs to another graph",
        () -> graph.node(Operator.ADD, "sum", List.of(pixels, foreign)));
  }

  @Test
  void aForeignOutputFailsAtOnce() {
    Ref foreign = new GraphBuilder("h", "test 1").input("x", 3, 8, 8);
    assertRefused("belongs to another graph", () -> graph.output(foreign, "y", 3, 8, 8));
  }

  @Test
  void anOperatorRefusesAnAttributeItDoesNotHave() {
    assertRefused(
        "node 'r': Relu has no attribute 'axis'",
        () -> graph.node(Operator.RELU, "r", List.of(pixels), Attribute.of("axis", 1)));
  }

  @Test
  void anOperatorRefusesAWrongNumberOfInputs() {
    assertRefused(
        "node 'a': Add accepts 2 to 2 inputs, found 1",
        () -> graph.node(Operator.ADD, "a", List.of(pixels)));
  }

  @Test
  void aNameIsGivenOnce() {
    assertRefused(
        "the graph already has a value named 'pixels'",
        () -> graph.node(Operator.RELU, "pixels", List.of(pixels)));
  }

  @Test
  void theSummaryReadsBackWhatWasWritten() {
    Ref weight = graph.constant("w", new Tensor(Shape.of(2, 3, 3, 3), new float[54]));
    Ref conv =
        graph.node(
            Operator.CONV,
            "c",
            List.of(pixels, weight),
            Attribute.of("strides", List.of(2L, 2L)),
            Attribute.of("pads", List.of(1L, 1L, 1L, 1L)));
    graph.output(conv, "y", 2, 4, 4);
    var metadata = new LinkedHashMap<String, String>(Map.of("b", "1"));
    metadata.put("a", "2");
    OnnxSummary summary = summary(metadata);
    assertEquals("test 1", summary.producer());
    assertEquals(GraphBuilder.OPSET, summary.opsets().get("ai.onnx"));
    assertEquals(GraphBuilder.IR_VERSION, summary.irVersion());
    assertEquals(List.of("b", "a"), List.copyOf(summary.metadata().keySet()));
    assertEquals(54, summary.parameters());
    assertEquals(
        new Macs.Known(54 * 4 * 4),
        InferredShapes.macs(ModelFile.of("m.onnx", graph.toBytes(metadata))));
    assertTrue(summary.fused());
  }

  @Test
  void parallelConvolutionsAreNotFused() {
    Ref a = conv("a");
    Ref b = conv("b");
    graph.output(graph.node(Operator.ADD, "sum", List.of(a, b)), "y", 3, 8, 8);
    OnnxSummary summary = summary(Map.of());
    assertEquals(List.of(new Branches("pixels", "sum")), summary.unfused().branches());
    assertFalse(summary.fused());
  }

  @Test
  void aRemainingNormIsNotFusedAndItsStatisticsAreNoParameters() {
    var inputs = new ArrayList<>(List.of(pixels));
    for (String name : List.of("gamma", "beta", "mean", "var")) {
      inputs.add(graph.constant(name, new Tensor(Shape.of(3), new float[3])));
    }
    graph.output(graph.node(Operator.BATCH_NORMALIZATION, "bn", inputs), "y", 3, 8, 8);
    OnnxSummary summary = summary(Map.of());
    assertFalse(summary.fused());
    assertEquals(6, summary.parameters());
  }

  @Test
  void aFileThatIsNotOnnxIsRefused() {
    byte[] text = "not a model".getBytes(StandardCharsets.UTF_8);
    assertRefused("m.onnx: is not an ONNX model", () -> OnnxSummary.of("m.onnx", text));
  }

  @Test
  void anEmptyFileIsRefused() {
    assertRefused("m.onnx: is not an ONNX model", () -> OnnxSummary.of("m.onnx", new byte[0]));
  }

  private Ref conv(String name) {
    Ref weight = graph.constant(name + ".w", new Tensor(Shape.of(3, 3, 1, 1), new float[9]));
    return graph.node(Operator.CONV, name, List.of(pixels, weight));
  }

  private OnnxSummary summary(Map<String, String> metadata) {
    return OnnxSummary.of("m.onnx", graph.toBytes(metadata));
  }

  private static void assertRefused(String message, Runnable action) {
    var e = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
  }
}
