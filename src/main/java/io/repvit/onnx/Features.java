package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pooled features of a classifier: the input of the last linear layer and of the norm before
 * it.
 *
 * @param name name of the value in the graph
 * @param width number of values per image
 */
public record Features(String name, long width) {
  private static final Set<String> MAPS = Set.of("Gemm", "MatMul");
  private static final Set<String> BETWEEN =
      Set.of(Unfused.NORM, "Cast", "DequantizeLinear", "Dropout", "Identity", "QuantizeLinear");

  /** Finds the features; empty if the graph has no linear layer with constant weights. */
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
                    matrix.get(NodeAttributes.intValue(node, "transB", 0) != 0 ? 1 : 0)))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static String before(Scope scope, String value) {
    Map<String, NodeProto> producers = new HashMap<>();
    for (NodeProto node : scope.nodes()) {
      if (BETWEEN.contains(node.getOpType()) && node.getOutputCount() > 0) {
        producers.put(node.getOutput(0), node);
      }
    }
    String name = value;
    // Each producer is removed once visited, so that the loop ends even if the graph has a cycle.
    for (NodeProto node = producers.remove(name); node != null; node = producers.remove(name)) {
      name = node.getInputCount() > 0 ? node.getInput(0) : name;
    }
    return name;
  }
}
