package io.repvit.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Graphs as ONNX Runtime saves them, also those of processors with blocks of 16. */
class NchwcSqueezeExciteTest {
  private static final String NCHWC = "com.microsoft.nchwc";
  private final GraphProto.Builder graph = GraphProto.newBuilder();

  @Test
  void theResidualSumGoesIntoTheConvolutionAndNothingIsReordered() {
    squeezeExcite(16, 16);
    nchwc("ReorderInput", "y", "y.in");
    conv(NCHWC, "z.out", 16, 1, "y.in");
    reorderOutput("z.out", "z", 16);
    node("", "Add", "sum", "y", "z");
    nchwc("ReorderInput", "sum", "sum.in");
    conv(NCHWC, "last.out", 16, 1, "sum.in");
    output("last.out");
    List<NodeProto> nodes = rewritten(4);
    assertEquals(List.of(), types(nodes, "Reorder"));
    assertEquals(List.of(), types(nodes, "Add"));
    NodeProto scale = writer(nodes, "squeeze_excite.0.conv");
    assertEquals(64, scale.getAttribute(0).getI());
    assertEquals("squeeze_excite.0", writer(nodes, "z.out").getInput(0));
    assertEquals("squeeze_excite.0", writer(nodes, "z.out").getInput(3));
    assertEquals("z.out", writer(nodes, "last.out").getInput(0));
  }

  @Test
  void aTermThatIsReadElsewhereIsAddedInBlocks() {
    squeezeExcite(16, 16);
    nchwc("ReorderInput", "y", "y.in");
    conv(NCHWC, "z.out", 16, 1, "y.in");
    reorderOutput("z.out", "z", 16);
    node("", "Add", "sum", "y", "z");
    node("", "Relu", "r", "z");
    output("sum", "r");
    List<NodeProto> nodes = rewritten(1);
    assertEquals(List.of("squeeze_excite.0", "z.out"), writer(nodes, "sum.nchwc").getInputList());
    assertEquals(3, writer(nodes, "z.out").getInputCount());
    assertEquals("sum.nchwc", writer(nodes, "sum").getInput(0));
    assertEquals("z.out", writer(nodes, "r.nchwc").getInput(0));
  }

  @Test
  void anActivationBeforeTheSumKeepsItOutOfTheConvolution() {
    squeezeExcite(16, 16);
    nchwc("ReorderInput", "y", "y.in");
    conv(NCHWC, "z.out", 16, 1, "y.in");
    int last = graph.getNodeCount() - 1;
    graph.setNode(
        last,
        graph.getNode(last).toBuilder().addAttribute(Types.of(Attribute.of("activation", "Relu"))));
    reorderOutput("z.out", "z", 16);
    node("", "Add", "sum", "y", "z");
    output("sum");
    assertEquals("Add", writer(rewritten(1), "sum.nchwc").getOpType());
  }

  /** 24 channels between do not fill blocks of 16: both small convolutions stay in NCHW. */
  @Test
  void aScaleThatNeverWasInBlocksServesAsItLies() {
    conv(NCHWC, "x.out", 96, 1, "pixels");
    reorderOutput("x.out", "x", 96);
    node("", "GlobalAveragePool", "pool", "x");
    conv("", "squeezed", 24, 1, "pool");
    conv("", "excited", 96, 1, "squeezed");
    node("", "Sigmoid", "s", "excited");
    node("", "Mul", "y", "s", "x");
    output("y");
    List<NodeProto> nodes = rewritten(2);
    assertEquals("s", writer(nodes, "squeeze_excite.0.weight").getInput(0));
    assertEquals("x.out", writer(nodes, "pool.nchwc").getInput(0));
    assertEquals(List.of("ReorderOutput", "ReorderOutput"), types(nodes, "Reorder"));
  }

  /** 40 channels are stored as 48 in blocks of 16. */
  @Test
  void paddedChannelsStayAsTheyAre() {
    conv(NCHWC, "x.out", 48, 1, "pixels");
    reorderOutput("x.out", "x", 40);
    nchwc("GlobalAveragePool", "x.out", "pool");
    conv(NCHWC, "s.out", 48, 1, "pool");
    reorderOutput("s.out", "s", 40);
    node("", "Mul", "y", "x", "s");
    output("y");
    assertEquals(Optional.empty(), rewrite(1));
  }

  /** ONNX Runtime writes hard swish in two nodes: before the scale, and in its small network. */
  @Test
  void aScaleOfAHardSwishInBlocksIsFound() {
    conv(NCHWC, "x.out", 32, 1, "pixels");
    hardSwish("x.out", "x.swish");
    reorderOutput("x.swish", "x", 32);
    nchwc("GlobalAveragePool", "x.swish", "pool");
    conv(NCHWC, "squeezed", 16, 1, "pool");
    hardSwish("squeezed", "squeezed.swish");
    conv(NCHWC, "s.out", 32, 1, "squeezed.swish");
    reorderOutput("s.out", "s", 32);
    node("", "Mul", "y", "x", "s");
    output("y");
    List<NodeProto> nodes = rewritten(1);
    assertEquals("x.swish", writer(nodes, "squeeze_excite.0.x").getInput(0));
    assertEquals("s.out", writer(nodes, "squeeze_excite.0.weight").getInput(0));
    assertEquals(List.of("ReorderOutput"), types(nodes, "Reorder"));
  }

  private void hardSwish(String in, String out) {
    node("", "HardSigmoid", out + ".gate", in);
    node("", "Mul", out, in, out + ".gate");
  }

  @Test
  void aProductOfTwoMapsIsNoSqueezeExcite() {
    conv(NCHWC, "x.out", 16, 1, "pixels");
    reorderOutput("x.out", "x", 16);
    conv(NCHWC, "s.out", 16, 1, "pixels");
    reorderOutput("s.out", "s", 16);
    node("", "Mul", "y", "x", "s");
    output("y");
    assertEquals(Optional.empty(), rewrite(1));
  }

  @Test
  void aScaleOfOneChannelIsNotTakenForOnePerChannel() {
    squeezeExcite(16, 1);
    output("y");
    assertEquals(Optional.empty(), rewrite(1));
  }

  @Test
  void aMeanOverHeightAndWidthIsAPool() {
    conv(NCHWC, "x.out", 16, 1, "pixels");
    reorderOutput("x.out", "x", 16);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("axes")
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(2)
            .addInt64Data(-2)
            .addInt64Data(3));
    node("", "ReduceMean", "pool", "x", "axes");
    nchwc("ReorderInput", "pool", "pool.in");
    conv(NCHWC, "s.out", 16, 1, "pool.in");
    reorderOutput("s.out", "s", 16);
    node("", "Mul", "y", "x", "s");
    output("y");
    List<NodeProto> nodes = rewritten(1);
    assertEquals("GlobalAveragePool", writer(nodes, "pool.nchwc").getOpType());
    assertEquals(List.of("ReorderOutput"), types(nodes, "Reorder"));
  }

  @Test
  void whatIsNoModelIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> NchwcSqueezeExcite.rewrite(new byte[] {1, 2, 3}, 1));
  }

  /** {@code y = x * s} of as many channels, with {@code x} read by nothing else. */
  private void squeezeExcite(int channels, int scales) {
    conv(NCHWC, "x.out", channels, 1, "pixels");
    nchwc("GlobalAveragePool", "x.out", "pool");
    conv(NCHWC, "s.out", scales, 1, "pool");
    reorderOutput("s.out", "s", scales);
    reorderOutput("x.out", "x", channels);
    node("", "Mul", "y", "x", "s");
  }

  private void conv(String domain, String out, int channels, int kernel, String in) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(out + ".weight")
            .addAllDims(List.of((long) channels, 1L, (long) kernel, (long) kernel)));
    node(domain, "Conv", out, in, out + ".weight", out + ".bias");
  }

  private void nchwc(String type, String in, String out) {
    node(NCHWC, type, out, in);
  }

  private void reorderOutput(String in, String out, int channels) {
    node(NCHWC, "ReorderOutput", out, in);
    int last = graph.getNodeCount() - 1;
    graph.setNode(
        last,
        graph.getNode(last).toBuilder().addAttribute(Types.of(Attribute.of("channels", channels))));
  }

  private void node(String domain, String type, String out, String... in) {
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(type)
            .addAllInput(List.of(in))
            .addOutput(out));
  }

  private void output(String... names) {
    for (String name : names) {
      graph.addOutput(Types.batchOf(name, 1));
    }
  }

  private Optional<byte[]> rewrite(int batch) {
    return NchwcSqueezeExcite.rewrite(
        ModelProto.newBuilder().setGraph(graph).build().toByteArray(), batch);
  }

  private List<NodeProto> rewritten(int batch) {
    Optional<byte[]> bytes = rewrite(batch);
    assertTrue(bytes.isPresent());
    try {
      return ModelProto.parseFrom(bytes.get()).getGraph().getNodeList();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static NodeProto writer(List<NodeProto> nodes, String output) {
    return nodes.stream().filter(n -> n.getOutputList().contains(output)).findFirst().orElseThrow();
  }

  private static List<String> types(List<NodeProto> nodes, String start) {
    List<String> types = new ArrayList<>();
    for (NodeProto node : nodes) {
      if (node.getOpType().startsWith(start)) {
        types.add(node.getOpType());
      }
    }
    return types;
  }
}
