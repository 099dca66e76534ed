package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is the same for every image, under each of its names: exporters keep weights as
 * initialisers, in Constant nodes, quantised, transposed, or behind an Identity.
 */
final class Constants {
  private static final Set<String> COPIES =
      Set.of("Identity", "Cast", "QuantizeLinear", "DequantizeLinear", "Transpose");
  private static final Set<Integer> FLOATING =
      Set.of(
          TensorProto.DataType.FLOAT_VALUE,
          TensorProto.DataType.FLOAT16_VALUE,
          TensorProto.DataType.BFLOAT16_VALUE,
          TensorProto.DataType.DOUBLE_VALUE);

  private final @Nullable Constants outer;
  private final Map<String, Constant> byName = new HashMap<>();

  private Constants(@Nullable Constants outer) {
    this.outer = outer;
  }

  /**
   * @param sides of the tensor, none for a single value
   * @param real whether it stands for real numbers, as they are or quantised
   */
  private record Constant(List<Long> dims, boolean real) {}

  /**
   * @param outer what is seen from the graph around, or null
   */
  static Constants of(
      @Nullable Constants outer, List<TensorProto> initialisers, List<NodeProto> nodes) {
    var constants = new Constants(outer);
    for (TensorProto tensor : initialisers) {
      constants.byName.put(tensor.getName(), constant(tensor));
    }
    for (NodeProto node : nodes) {
      constants.add(node);
    }
    return constants;
  }

  private static Constant constant(TensorProto tensor) {
    return new Constant(tensor.getDimsList(), FLOATING.contains(tensor.getDataType()));
  }

  private void add(NodeProto node) {
    if (node.getOutputCount() != 1) {
      return;
    }
    if (node.getOpType().equals("Constant")) {
      byName.put(node.getOutput(0), constant(value(node)));
    } else if (isCopy(node)) {
      Constant of = get(node.getInput(0));
      if (of != null) {
        byName.put(node.getOutput(0), copy(node.getOpType(), of));
      }
    }
  }

  private static Constant copy(String operator, Constant of) {
    return switch (operator) {
      case "DequantizeLinear" -> new Constant(of.dims(), true);
      case "Transpose" -> {
        var dims = new ArrayList<>(of.dims());
        Collections.reverse(dims);
        yield new Constant(dims, of.real());
      }
      default -> of;
    };
  }

  private static TensorProto value(NodeProto node) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasT()) {
        return attribute.getT();
      }
    }
    return TensorProto.getDefaultInstance();
  }

  private boolean isCopy(NodeProto node) {
    return COPIES.contains(node.getOpType()) && node.getInputCount() > 0;
  }

  private @Nullable Constant get(String name) {
    Constant found = byName.get(name);
    return found == null && outer != null ? outer.get(name) : found;
  }

  /** Whether a name is that of a constant. */
  boolean has(String name) {
    return get(name) != null;
  }

  /** Whether a constant stands for real numbers. */
  boolean isReal(String name) {
    Constant constant = get(name);
    return constant != null && constant.real();
  }

  /** Whether a node makes a constant and nothing else. */
  boolean isMadeBy(NodeProto node) {
    return node.getOpType().equals("Constant") || (isCopy(node) && has(node.getInput(0)));
  }

  /** Sides of a constant; none of a single value or of what is none. */
  List<Long> dims(String name) {
    Constant constant = get(name);
    return constant == null ? List.of() : constant.dims();
  }

  /**
   * Values of an array.
   *
   * @throws ArithmeticException if a side is negative or the product beyond a long
   */
  static long count(List<Long> dims) {
    long count = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new ArithmeticException("negative side");
      }
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }
}
