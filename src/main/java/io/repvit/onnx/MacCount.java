package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the height and width of activations through a graph and counts the work. Where the file
 * declares the shape of a value, that is taken; where neither is known, nothing is guessed.
 */
final class MacCount {
  /** Where a convolution's weights stand among its inputs. */
  private static final Map<String, Integer> CONVOLUTIONS =
      Map.of("Conv", 1, "ConvInteger", 1, "FusedConv", 1, "QLinearConv", 3);

  /** Where a matrix stands among the inputs of its product. */
  private static final Map<String, Integer> PRODUCTS =
      Map.of(
          "FusedGemm",
          1,
          "FusedMatMul",
          1,
          "Gemm",
          1,
          "MatMul",
          1,
          "MatMulInteger",
          1,
          "QLinearMatMul",
          3);

  private static final Set<String> WINDOWS = Set.of("AveragePool", "MaxPool");
  private static final Set<String> TO_POINTS =
      Set.of("Flatten", "GlobalAveragePool", "GlobalMaxPool");
  private static final Set<String> RESHAPES = Set.of("Reshape", "Squeeze", "Unsqueeze");
  private static final Set<String> SIDEWISE = Set.of("Concat", "Split");
  private static final Set<String> ELEMENTWISE =
      Set.of(
          "Add",
          "BatchNormalization",
          "Cast",
          "Clip",
          "DequantizeLinear",
          "Div",
          "Dropout",
          "DynamicQuantizeLinear",
          "Elu",
          "Erf",
          "Gelu",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "LeakyRelu",
          "Max",
          "Mean",
          "Min",
          "Mish",
          "Mul",
          "PRelu",
          "Pow",
          "QLinearAdd",
          "QuantizeLinear",
          "Relu",
          "Sigmoid",
          "Softplus",
          "Sqrt",
          "Sub",
          "Sum",
          "Swish",
          "Tanh");

  private final Scope scope;
  private final Map<String, Extent> declared = new HashMap<>();
  private final Map<String, Extent> extents = new HashMap<>();
  private long macs;

  private MacCount(Scope scope) {
    this.scope = scope;
  }

  /**
   * Counts.
   *
   * @param scopes of a model whose main graph is {@code graph}
   */
  static Macs of(GraphProto graph, List<Scope> scopes) {
    for (Scope nested : scopes.subList(1, scopes.size())) {
      for (NodeProto node : nested.nodes()) {
        if (CONVOLUTIONS.containsKey(node.getOpType()) || PRODUCTS.containsKey(node.getOpType())) {
          return new Macs.Unknown("'" + Scope.name(node) + "' is in a nested graph or function");
        }
      }
    }
    var count = new MacCount(scopes.get(0));
    count.declare(graph);
    for (NodeProto node : count.scope.nodes()) {
      if (!count.follow(node)) {
        return new Macs.Unknown("the size of what '" + Scope.name(node) + "' reads is not known");
      }
    }
    return new Macs.Known(count.macs);
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

  /** Values that do not have the image's batch first, such as windows of one, stay unknown. */
  private void declare(GraphProto graph) {
    var constants = new HashSet<String>();
    for (TensorProto constant : graph.getInitializerList()) {
      constants.add(constant.getName());
    }
    Dimension batch = null;
    for (ValueInfoProto input : graph.getInputList()) {
      TensorShapeProto shape = input.getType().getTensorType().getShape();
      if (batch == null && !constants.contains(input.getName()) && shape.getDimCount() > 0) {
        batch = shape.getDim(0);
      }
    }
    if (batch != null) {
      for (ValueInfoProto value : graph.getInputList()) {
        declare(value, batch);
      }
      for (ValueInfoProto value : graph.getValueInfoList()) {
        declare(value, batch);
      }
    }
  }

  private void declare(ValueInfoProto value, Dimension batch) {
    TensorShapeProto shape = value.getType().getTensorType().getShape();
    if (shape.getDimCount() == 0 || !shape.getDim(0).equals(batch)) {
      return;
    }
    if (shape.getDimCount() == 2) {
      declare(value.getName(), Extent.POINT);
    } else if (shape.getDimCount() == 4) {
      var extent = new Extent(shape.getDim(2).getDimValue(), shape.getDim(3).getDimValue());
      if (extent.height() > 0 && extent.width() > 0) {
        declare(value.getName(), extent);
      }
    }
  }

  private void declare(String value, Extent extent) {
    declared.put(value, extent);
    extents.put(value, extent);
  }

  /** Whether the work of a node is known; that of most is not counted. */
  private boolean follow(NodeProto node) {
    String operator = node.getOpType();
    Extent in = largestInput(node);
    Extent out = null;
    if (CONVOLUTIONS.containsKey(operator)) {
      List<Long> weight = weight(node, CONVOLUTIONS.get(operator));
      if (in == null || weight.size() != 4) {
        return false;
      }
      out = new Windows(node, weight.subList(2, 4)).over(in);
      macs = Math.addExact(macs, Math.multiplyExact(product(weight), out.area()));
    } else if (PRODUCTS.containsKey(operator)) {
      if (scope.data(node).size() == 1) {
        List<Long> weight = weight(node, PRODUCTS.get(operator));
        if (!Extent.POINT.equals(in) || weight.size() != 2) {
          return false;
        }
        macs = Math.addExact(macs, product(weight));
        out = Extent.POINT;
      }
    } else if (in != null) {
      out = after(node, in);
    }
    for (String output : node.getOutputList()) {
      Extent known = declared.getOrDefault(output, out);
      if (known != null) {
        extents.put(output, known);
      }
    }
    return true;
  }

  private @Nullable Extent after(NodeProto node, Extent in) {
    String operator = node.getOpType();
    if (ELEMENTWISE.contains(operator)) {
      return in;
    }
    if (TO_POINTS.contains(operator) || (operator.equals("ReduceMean") && isOverArea(node))) {
      return Extent.POINT;
    }
    if (WINDOWS.contains(operator)) {
      List<Long> kernel = NodeAttributes.wholes(node, "kernel_shape");
      return kernel.size() == 2 ? new Windows(node, kernel).over(in) : null;
    }
    if (RESHAPES.contains(operator)) {
      return in.equals(Extent.POINT) ? in : null;
    }
    return SIDEWISE.contains(operator) && NodeAttributes.whole(node, "axis", 0) == 1 ? in : null;
  }

  private boolean isOverArea(NodeProto node) {
    List<Long> axes = NodeAttributes.wholes(node, "axes");
    if (axes.isEmpty() && node.getInputCount() > 1) {
      axes = scope.constants().wholes(node.getInput(1));
    }
    var sorted = axes.stream().sorted().toList();
    return sorted.equals(List.of(2L, 3L)) || sorted.equals(List.of(-2L, -1L));
  }

  private List<Long> weight(NodeProto node, int index) {
    return index < node.getInputCount() ? scope.constants().sides(node.getInput(index)) : List.of();
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
}
