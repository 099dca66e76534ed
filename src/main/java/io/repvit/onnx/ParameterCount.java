package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Counts the trained parameters: the floating-point or quantised constants that nodes read as
 * arrays. Running statistics of norms, scales of quantisation, and scalars in formulas are not
 * counted.
 */
final class ParameterCount {
  /** Operators whose constants are not trained. */
  private static final Set<String> WITHOUT =
      Set.of("Clip", "DequantizeLinear", "QuantizeLinear", "Resize", "Upsample");

  private ParameterCount() {}

  static long of(List<Scope> scopes) {
    long count = 0;
    for (Scope scope : scopes) {
      var trained = new HashSet<String>();
      for (NodeProto node : scope.nodes()) {
        if (!WITHOUT.contains(node.getOpType()) && !scope.constants().isMadeBy(node)) {
          read(node, scope.constants(), trained);
        }
      }
      for (String name : trained) {
        count = Math.addExact(count, Constants.count(scope.constants().dims(name)));
      }
    }
    return count;
  }

  private static void read(NodeProto node, Constants constants, Set<String> trained) {
    List<String> inputs = node.getInputList();
    for (int i = 0; i < inputs.size(); i++) {
      List<Long> dims = constants.dims(inputs.get(i));
      boolean array =
          !dims.isEmpty()
              && (Branches.WEIGHTED.contains(node.getOpType()) || Constants.count(dims) > 1);
      if (array && isTrained(node.getOpType(), i, constants.isReal(inputs.get(i)))) {
        trained.add(inputs.get(i));
      }
    }
  }

  private static boolean isTrained(String operator, int index, boolean real) {
    return switch (operator) {
      case Unfused.NORM -> index < 3;
      case "QLinearConv" -> index == 3 || index == 8;
      case "QLinearMatMul" -> index == 3;
      case "ConvInteger", "MatMulInteger" -> index == 1;
      default -> real;
    };
  }
}
