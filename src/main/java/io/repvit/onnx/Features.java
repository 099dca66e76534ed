package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the last linear map of a graph reads, before its norm: the pooled features of a classifier.
 *
 * @param name of the value
 * @param width its length per image
 */
public record Features(String name, long width) {
  private static final Set<String> MAPS = Set.of("Gemm", "MatMul");
  private static final Set<String> BETWEEN =
      Set.of(Unfused.NORM, "Cast", "DequantizeLinear", "Dropout", "Identity", "QuantizeLinear");

  static Optional<Features> in(Scope scope) {
    ListIterator<NodeProto> nodes = scope.nodes().listIterator(scope.nodes().size());
    while (nodes.hasPrevious()) {
      NodeProto node = nodes.previous();
      if (MAPS.contains(node.getOpType())
          && node.getInputCount() > 1
          && scope.data(node).size() == 1) {
        List<Long> matrix = scope.constants().dims(node.getInput(1));
        return matrix.size() == 2
            ? Optional.of(
                new Features(
                    before(scope, scope.data(node).get(0)),
                    matrix.get(NodeAttributes.whole(node, "transB", 0) != 0 ? 1 : 0)))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static String before(Scope scope, String value) {
    Map<String, NodeProto> makers = new HashMap<>();
    for (NodeProto node : scope.nodes()) {
      if (BETWEEN.contains(node.getOpType()) && node.getOutputCount() > 0) {
        makers.put(node.getOutput(0), node);
      }
    }
    String name = value;
    // Removed as it goes, so that it ends in a graph with a circle too.
    for (NodeProto maker = makers.remove(name); maker != null; maker = makers.remove(name)) {
      name = maker.getInputCount() > 0 ? maker.getInput(0) : name;
    }
    return name;
  }
}
