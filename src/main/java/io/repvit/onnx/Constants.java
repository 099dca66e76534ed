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
 * The values of a graph that do not depend on the image, by name. Exporters store weights as
 * initialisers or in Constant nodes, and may quantise, transpose or copy them by further nodes; the
 * results of these are constants too.
 */
final class Constants {
  /** Operators whose output is constant if their first input is. */
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
   * @param dims shape of the tensor; empty for a scalar
   * @param real whether the values are floating point, or quantised floating point
   */
  private record Constant(List<Long> dims, boolean real) {}

  /**
   * Collects the constants of a graph.
   *
   * @param outer the constants of the enclosing graph, or null
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

  /** Returns whether a value is constant. */
  boolean has(String name) {
    return get(name) != null;
  }

  /** Returns whether a value is a constant of floating-point or quantised numbers. */
  boolean isReal(String name) {
    Constant constant = get(name);
    return constant != null && constant.real();
  }

  /** Returns whether a node only computes a constant. */
  boolean isMadeBy(NodeProto node) {
    return node.getOpType().equals("Constant") || (isCopy(node) && has(node.getInput(0)));
  }

  /** Returns the shape of a constant; empty if it is a scalar or if the value is not constant. */
  List<Long> dims(String name) {
    Constant constant = get(name);
    return constant == null ? List.of() : constant.dims();
  }

  /**
   * Returns the number of values of a shape.
   *
   * @throws ArithmeticException if a dimension is negative or the product exceeds a long
   */
  static long count(List<Long> dims) {
    long count = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new ArithmeticException("negative dimension");
      }
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }
}
