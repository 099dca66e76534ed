package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows the height and width of activations through a graph and counts the work. */
final class MacCount {
  private static final Set<String> ELEMENTWISE =
      Set.of(
          "Add",
          "BatchNormalization",
          "Clip",
          "Div",
          "Dropout",
          "Erf",
          "Gelu",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "Mean",
          "Mul",
          "Relu",
          "Sigmoid",
          "Sub",
          "Sum",
          "Tanh");
  private static final Set<String> POOLED = Set.of("GlobalAveragePool", "Flatten", "Gemm");

  private final Map<String, List<Long>> constants = new HashMap<>();
  private final Map<String, Extent> extents = new HashMap<>();
  private long macs;

  private MacCount() {}

  private record Extent(long height, long width) {
    static final Extent POINT = new Extent(1, 1);

    long area() {
      return Math.multiplyExact(height, width);
    }
  }

  /** Empty where the size of an activation is not known. */
  static OptionalLong of(GraphProto graph) {
    var count = new MacCount();
    for (TensorProto constant : graph.getInitializerList()) {
      count.constants.put(constant.getName(), constant.getDimsList());
    }
    for (var input : graph.getInputList()) {
      TensorShapeProto shape = input.getType().getTensorType().getShape();
      if (shape.getDimCount() == 4) {
        var extent = new Extent(shape.getDim(2).getDimValue(), shape.getDim(3).getDimValue());
        if (extent.height() > 0 && extent.width() > 0) {
          count.extents.put(input.getName(), extent);
        }
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      if (!count.follow(node)) {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.of(count.macs);
  }

  /**
   * Values of an array.
   *
   * @throws ArithmeticException if a side is negative or the product beyond a long
   */
  static long product(List<Long> sides) {
    long product = 1;
    for (long side : sides) {
      if (side < 0) {
        throw new ArithmeticException("negative side");
      }
      product = Math.multiplyExact(product, side);
    }
    return product;
  }

  private boolean follow(NodeProto node) {
    Extent in = largestInput(node);
    if (in == null || node.getOutputCount() == 0) {
      return false;
    }
    Extent out;
    if (node.getOpType().equals("Conv")) {
      List<Long> weight = weight(node);
      if (weight.size() != 4 || hasAutomaticPadding(node)) {
        return false;
      }
      out = convolved(in, weight, node);
      macs = Math.addExact(macs, Math.multiplyExact(product(weight), out.area()));
    } else if (POOLED.contains(node.getOpType())) {
      out = Extent.POINT;
      if (node.getOpType().equals("Gemm")) {
        macs = Math.addExact(macs, product(weight(node)));
      }
    } else if (ELEMENTWISE.contains(node.getOpType())) {
      out = in;
    } else {
      return false;
    }
    extents.put(node.getOutput(0), out);
    return true;
  }

  private List<Long> weight(NodeProto node) {
    return node.getInputCount() < 2
        ? List.of()
        : constants.getOrDefault(node.getInput(1), List.of());
  }

  private @Nullable Extent largestInput(NodeProto node) {
    Extent largest = null;
    for (String input : node.getInputList()) {
      Extent extent = extents.get(input);
      if (extent != null && (largest == null || extent.area() > largest.area())) {
        largest = extent;
      }
    }
    return largest;
  }

  private static boolean hasAutomaticPadding(NodeProto node) {
    return node.getAttributeList().stream()
        .anyMatch(a -> a.getName().equals("auto_pad") && !a.getS().toStringUtf8().equals("NOTSET"));
  }

  private static Extent convolved(Extent in, List<Long> weight, NodeProto node) {
    return new Extent(
        convolved(in.height(), weight.get(2), node, 0),
        convolved(in.width(), weight.get(3), node, 1));
  }

  /** ONNX Conv: {@code (side + pads - dilation (kernel - 1) - 1) / stride + 1}. */
  private static long convolved(long side, long kernel, NodeProto node, int axis) {
    long padding = Math.addExact(ints(node, "pads", axis, 0), ints(node, "pads", axis + 2, 0));
    long reach = Math.multiplyExact(ints(node, "dilations", axis, 1), Math.decrementExact(kernel));
    long stride = Math.max(1, ints(node, "strides", axis, 1));
    long free = Math.subtractExact(Math.addExact(side, padding), Math.incrementExact(reach));
    return Math.max(0, Math.incrementExact(free / stride));
  }

  private static long ints(NodeProto node, String name, int index, long otherwise) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals(name) && index < attribute.getIntsCount()) {
        return attribute.getInts(index);
      }
    }
    return otherwise;
  }
}
