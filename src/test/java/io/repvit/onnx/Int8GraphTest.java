package io.repvit.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.repvit.inference.InferredShapes;
import io.repvit.inference.ModelFile;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compared with ONNX Runtime's quantiser, see {@code src/test/python/golden_int8.py}. */
class Int8GraphTest {
  private static final Path GOLDEN = Path.of("src/test/resources/int8");

  /** Convolutions by the value that they write. */
  private static final Map<String, String> CONVOLUTIONS =
      Map.of(
          "mixed", "mixer",
          "fc1_out", "fc1",
          "excited", "fc2",
          "expanded", "expand",
          "projected", "project",
          "last", "dense");

  @Test
  void convolutionsAreQuantisedButNotTheImageAndTheHead() throws IOException {
    var graph = graph();
    assertEquals(ranges().keySet(), graph.values());
    assertEquals(CONVOLUTIONS.size(), graph.convolutions());
    Map<String, NodeProto> makers = makers(quantised(WeightBits.SEVEN));
    assertEquals(
        List.of("pixels", "stem.weight", "stem.bias"), maker(makers, "stem_out").getInputList());
    assertEquals(
        List.of("embedding", "head.weight", "head.bias"), maker(makers, "logits").getInputList());
  }

  @Test
  void theIntegersOfAReluAreThoseBehindIt() throws IOException {
    Map<String, NodeProto> makers = makers(quantised(WeightBits.SEVEN));
    assertEquals(List.of("fc1_out"), maker(makers, "squeezed").getInputList());
    assertEquals("squeezed", maker(makers, "squeezed.uint8").getInput(0));
  }

  @ParameterizedTest
  @EnumSource
  void allQuantisedValuesAreThoseOfOnnxRuntimesQuantiser(WeightBits bits) throws IOException {
    Map<String, TensorProto> found = constants(quantised(bits));
    Map<String, TensorProto> expected =
        constants(
            ModelProto.parseFrom(
                Files.readAllBytes(GOLDEN.resolve("expected_" + bits.number() + ".onnx"))));
    for (String value : ranges().keySet()) {
      same(expected, value + "_scale", found, value + ".scale");
      same(expected, value + "_zero_point", found, value + ".zero_point");
    }
    CONVOLUTIONS.forEach(
        (value, name) -> {
          same(expected, name + ".weight_quantized", found, value + ".weight.quantised");
          same(expected, name + ".weight_scale", found, value + ".weight.scale");
          same(expected, name + ".weight_zero_point", found, value + ".weight.zero_point");
          if (!name.equals("project")) {
            same(expected, name + ".bias_quantized", found, value + ".bias.quantised");
            same(expected, name + ".bias_quantized_scale", found, value + ".bias.scale");
          }
        });
    assertFalse(found.containsKey("projected.bias.quantised"));
    assertFalse(found.containsKey("dense.weight"), "the float32 weights are still there");
  }

  @Test
  void observedModelsHaveTheValuesAsOutputsBesideTheirOwn() throws IOException {
    var graph = graph();
    List<String> outputs =
        OnnxSummary.of("observed", graph.observed()).outputs().stream()
            .map(TensorType::name)
            .toList();
    assertEquals(List.of("logits", "embedding"), outputs.subList(0, 2));
    assertEquals(graph.values(), Set.copyOf(outputs.subList(2, outputs.size())));
  }

  @Test
  void parametersAndWorkAreCountedAsBefore() throws IOException {
    byte[] float32 = Files.readAllBytes(network());
    byte[] int8 = graph().quantised(ranges(), WeightBits.SEVEN, Map.of("a", "b"));
    OnnxSummary before = OnnxSummary.of("float32", float32);
    OnnxSummary after = OnnxSummary.of("int8", int8);
    assertEquals(
        assertInstanceOf(Macs.Known.class, InferredShapes.macs(ModelFile.of("float32", float32))),
        InferredShapes.macs(ModelFile.of("int8", int8)));
    assertEquals(before.parameters(), after.parameters());
    assertEquals(before.features(), after.features());
    assertTrue(after.fused());
    assertEquals(Map.of("a", "b"), after.metadata());
  }

  @Test
  void aModelIsQuantisedOnce() throws IOException {
    byte[] once = graph().quantised(ranges(), WeightBits.EIGHT, Map.of());
    var e = assertThrows(IllegalArgumentException.class, () -> Int8Graph.of("m.onnx", once));
    assertTrue(
        String.valueOf(e.getMessage())
            .matches("m.onnx: node '.*' is a \\w+, so the model is quantised already; .*"),
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "resnet_fp16.onnx, has no float32 convolution to quantise",
    "resnet_int8.onnx, so the model is quantised already",
    "vit.onnx, has no float32 convolution to quantise",
  })
  void modelsWithNothingToQuantiseAreRefused(String file, String reason) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of("src/test/resources/foreign", file));
    var e = assertThrows(IllegalArgumentException.class, () -> Int8Graph.of(file, bytes));
    assertTrue(String.valueOf(e.getMessage()).contains(reason), e.getMessage());
  }

  @Test
  void aConvolutionWithoutWeightsIsRefused() {
    ModelProto.Builder broken = ModelProto.newBuilder();
    broken.getGraphBuilder().addNode(NodeProto.newBuilder().setOpType("Conv").addInput("x"));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Int8Graph.of("broken.onnx", broken.build().toByteArray()));
    assertTrue(
        String.valueOf(e.getMessage()).contains("broken.onnx: is not a valid model"),
        e.getMessage());
  }

  @Test
  void scalesByChannelNeedOpset13() throws IOException {
    ModelProto.Builder old = ModelProto.parseFrom(TinyModels.repVit().bytes()).toBuilder();
    old.getOpsetImportBuilder(0).setVersion(12);
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Int8Graph.of("old.onnx", old.build().toByteArray()));
    assertEquals(
        "old.onnx: has opset 12, a scale per channel needs opset 13; export it again with a newer opset",
        e.getMessage());
  }

  private static Path network() {
    return GOLDEN.resolve("network.onnx");
  }

  private static Int8Graph graph() throws IOException {
    return Int8Graph.of("network.onnx", Files.readAllBytes(network()));
  }

  private static ModelProto quantised(WeightBits bits) throws IOException {
    return ModelProto.parseFrom(graph().quantised(ranges(), bits, Map.of()));
  }

  private static Map<String, ValueRange> ranges() throws IOException {
    Map<String, ValueRange> ranges = new HashMap<>();
    for (String line : Files.readAllLines(GOLDEN.resolve("ranges.tsv"))) {
      String[] parts = line.split("\t", -1);
      ranges.put(parts[0], new ValueRange(Float.parseFloat(parts[1]), Float.parseFloat(parts[2])));
    }
    return ranges;
  }

  private static Map<String, NodeProto> makers(ModelProto model) {
    Map<String, NodeProto> makers = new HashMap<>();
    model.getGraph().getNodeList().forEach(node -> makers.put(node.getOutput(0), node));
    return makers;
  }

  private static NodeProto maker(Map<String, NodeProto> makers, String value) {
    return Objects.requireNonNull(makers.get(value), value);
  }

  private static Map<String, TensorProto> constants(ModelProto model) {
    Map<String, TensorProto> constants = new HashMap<>();
    model.getGraph().getInitializerList().forEach(t -> constants.put(t.getName(), t));
    return constants;
  }

  private static void same(
      Map<String, TensorProto> expected,
      String oracle,
      Map<String, TensorProto> found,
      String our) {
    TensorProto a = Objects.requireNonNull(expected.get(oracle), oracle);
    TensorProto b = Objects.requireNonNull(found.get(our), our);
    assertEquals(a.getDataType(), b.getDataType(), our);
    assertEquals(a.getDimsList(), b.getDimsList(), our);
    assertEquals(values(a), values(b), our);
  }

  private static List<Number> values(TensorProto tensor) {
    if (!tensor.hasRawData()) {
      return new ArrayList<>(
          tensor.getFloatDataCount() > 0 ? tensor.getFloatDataList() : tensor.getInt32DataList());
    }
    var raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<Number> values = new ArrayList<>();
    while (raw.hasRemaining()) {
      values.add(
          switch (TensorProto.DataType.forNumber(tensor.getDataType())) {
            case FLOAT -> raw.getFloat();
            case INT32 -> raw.getInt();
            case INT8 -> (int) raw.get();
            case UINT8 -> raw.get() & 0xff;
            default -> throw new AssertionError(tensor.getName());
          });
    }
    return values;
  }
}
