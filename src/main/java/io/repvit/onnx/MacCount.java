package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Counts the multiply-accumulates (MACs) of convolutions and linear layers. A runtime infers the
 * shapes of what they compute: {@link #model} has them as its outputs.
 */
public final class MacCount {
  /** Index of the weight input of each operator that is counted. */
  private static final Map<String, Integer> WEIGHTS =
      Map.ofEntries(
          Map.entry("Conv", 1),
          Map.entry("ConvInteger", 1),
          Map.entry("FusedConv", 1),
          Map.entry("FusedGemm", 1),
          Map.entry("FusedMatMul", 1),
          Map.entry("Gemm", 1),
          Map.entry("MatMul", 1),
          Map.entry("MatMulInteger", 1),
          Map.entry("QLinearConv", 3),
          Map.entry("QLinearMatMul", 3));

  private final ModelProto model;
  private final List<Scope> scopes;
  private final List<NodeProto> maps;

  /**
   * Reads a model in memory.
   *
   * @param file name for messages
   * @throws IllegalArgumentException if it is not an ONNX model
   */
  public MacCount(String file, byte[] bytes) {
    model = OnnxFile.parse(file, bytes);
    scopes = Scope.all(model);
    maps = scopes.get(0).nodes().stream().filter(this::isMap).toList();
  }

  /**
   * Returns whether a node is counted. Products of two computed values, as in attention, are not.
   */
  private boolean isMap(NodeProto node) {
    return WEIGHTS.containsKey(node.getOpType())
        && node.getOutputCount() > 0
        && scopes.get(0).data(node).size() == 1;
  }

  /**
   * Returns the model with the outputs of all counted nodes as its outputs. If its batch dimension
   * is dynamic, it becomes 1.
   */
  public byte[] model() {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (ValueInfoProto.Builder input : graph.getInputBuilderList()) {
      var shape = input.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
      if (shape.getDimCount() > 0 && !shape.getDim(0).hasDimValue()) {
        shape.getDimBuilder(0).setDimValue(1);
      }
    }
    if (!maps.isEmpty()) {
      graph.clearOutput().clearValueInfo();
    }
    maps.forEach(map -> graph.addOutputBuilder().setName(map.getOutput(0)));
    return model.toBuilder().setGraph(graph).build().toByteArray();
  }

  /**
   * Counts the MACs per image.
   *
   * @param images batch size of {@link #model}
   * @param shapes shapes of the outputs of {@link #model} by name; -1 stands for an unknown
   *     dimension
   */
  public Macs of(long images, Map<String, List<Long>> shapes) {
    for (Scope nested : scopes.subList(1, scopes.size())) {
      for (NodeProto node : nested.nodes()) {
        if (WEIGHTS.containsKey(node.getOpType())) {
          return new Macs.Unknown(
              "node '" + Scope.name(node) + "' is in a nested graph or function");
        }
      }
    }
    try {
      long macs = 0;
      for (NodeProto node : maps) {
        List<Long> weight = weight(node);
        List<Long> shape = shapes.getOrDefault(node.getOutput(0), List.of());
        if (weight.size() < 2 || shape.size() < 2 || shape.stream().anyMatch(dim -> dim < 0)) {
          return new Macs.Unknown("the output shape of node '" + Scope.name(node) + "' is unknown");
        }
        // Each output position uses every weight once. A position has one value per channel.
        var positions = new ArrayList<>(shape);
        positions.remove(weight.size() == 2 ? shape.size() - 1 : 1);
        long each = Math.multiplyExact(Constants.count(weight), Constants.count(positions));
        macs = Math.addExact(macs, each);
      }
      return new Macs.Known(macs / images);
    } catch (ArithmeticException e) {
      return new Macs.Unknown("the model declares invalid or too large shapes");
    }
  }

  private List<Long> weight(NodeProto node) {
    int index = WEIGHTS.getOrDefault(node.getOpType(), 1);
    return index < node.getInputCount()
        ? scopes.get(0).constants().dims(node.getInput(index))
        : List.of();
  }
}
