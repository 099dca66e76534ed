package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A float32 model and what becomes of it with its convolutions on 8-bit integers.
 *
 * <p>The form is QDQ: behind every value that is to be 8 bits wide stand QuantizeLinear and
 * DequantizeLinear, weights and biases are integers behind a DequantizeLinear, and all other nodes
 * stay as they are. ONNX Runtime makes integer operators of that where it has them: of residual
 * sums and of squeeze-excite's pools too, and of its products, whose factors are given 8 bits for
 * that. In float32 stay
 *
 * <ul>
 *   <li>convolutions of the image itself: of three channels integers gain nothing;
 *   <li>the head, and so the features and the logits: it costs next to nothing and a third of the
 *       error of the logits would be its own.
 * </ul>
 *
 * <p>Source: <a
 * href="https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html">ONNX
 * Runtime, Quantize ONNX models</a>.
 */
public final class Int8Graph {
  /** The first with scales by channel. */
  private static final int MIN_OPSET = 13;

  private static final Set<String> QUANTISED =
      Set.of(
          "ConvInteger",
          "DequantizeLinear",
          "DynamicQuantizeLinear",
          "QLinearConv",
          "QLinearMatMul",
          "QuantizeLinear");

  private final ModelProto model;
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, List<NodeProto>> readers = new HashMap<>();
  private final Set<String> outputs = new HashSet<>();
  private final Set<NodeProto> convolutions = new LinkedHashSet<>();
  private final Set<String> values = new LinkedHashSet<>();

  private Int8Graph(ModelProto model) {
    this.model = model;
    GraphProto graph = model.getGraph();
    graph.getInitializerList().forEach(t -> constants.put(t.getName(), t));
    graph.getOutputList().forEach(o -> outputs.add(o.getName()));
    var computed = new HashSet<String>();
    for (NodeProto node : graph.getNodeList()) {
      computed.addAll(node.getOutputList());
      node.getInputList()
          .forEach(input -> readers.computeIfAbsent(input, i -> new ArrayList<>()).add(node));
    }
    for (NodeProto node : graph.getNodeList()) {
      if (isConvolution(node) && computed.contains(node.getInput(0))) {
        convolutions.add(node);
        values.add(node.getInput(0));
        values.add(activated(node.getOutput(0)));
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      boolean product = node.getOpType().equals("Mul") && values.contains(node.getOutput(0));
      if (product && computed.containsAll(node.getInputList())) {
        values.addAll(node.getInputList());
      }
    }
  }

  /**
   * Plans.
   *
   * @param file name for messages
   * @param bytes the model, which stays as it is and may not be modified
   * @throws IllegalArgumentException if it is no ONNX model, one of an opset before 13, one that is
   *     quantised already, or one without convolutions of activations
   */
  public static Int8Graph of(String file, byte[] bytes) {
    ModelProto model = OnnxFile.parse(file, bytes);
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      if (opset.getDomain().isEmpty() && opset.getVersion() < MIN_OPSET) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: has opset %d, scales by channel need %d; export it again with a newer opset",
                file,
                opset.getVersion(),
                MIN_OPSET));
      }
    }
    for (NodeProto node : model.getGraph().getNodeList()) {
      if (QUANTISED.contains(node.getOpType())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: node '%s' is a %s, the model is quantised already; give the float32 one",
                file,
                Scope.name(node),
                node.getOpType()));
      }
    }
    Int8Graph graph;
    try {
      graph = new Int8Graph(model);
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException(
          file + ": is no valid model: a node lacks an input or output, or a shape is impossible",
          e);
    }
    if (graph.convolutions.isEmpty()) {
      throw new IllegalArgumentException(
          file + ": has no float32 convolution of activations, nothing can be quantised");
    }
    return graph;
  }

  /** Whether its weights, and its bias if it has one, are float32 constants. */
  private boolean isConvolution(NodeProto node) {
    if (!node.getOpType().equals("Conv") || !node.getDomain().isEmpty()) {
      return false;
    }
    return isFloat(node.getInput(1))
        && Constants.count(weight(node).getDimsList()) > 0
        && weight(node).getDimsCount() > 2
        && (!hasBias(node) || isFloat(node.getInput(2)));
  }

  private static boolean hasBias(NodeProto conv) {
    return conv.getInputCount() > 2 && !conv.getInput(2).isEmpty();
  }

  private boolean isFloat(String name) {
    TensorProto tensor = constants.get(name);
    return tensor != null && tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE;
  }

  /** A Relu becomes part of the convolution if nothing else reads what is before it. */
  private String activated(String made) {
    List<NodeProto> next = readers.getOrDefault(made, List.of());
    boolean relu =
        !outputs.contains(made) && next.size() == 1 && next.get(0).getOpType().equals("Relu");
    return relu ? next.get(0).getOutput(0) : made;
  }

  /** Names of the values that become 8 bits wide, whose ranges have to be known; in fixed order. */
  public Set<String> values() {
    return Collections.unmodifiableSet(values);
  }

  /** How many convolutions become integers. */
  public int convolutions() {
    return convolutions.size();
  }

  /** The float32 model with {@link #values} as further outputs. */
  public byte[] observed() {
    var graph = model.getGraph().toBuilder();
    var tensor = TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    var type = TypeProto.newBuilder().setTensorType(tensor);
    for (String value : values) {
      if (!outputs.contains(value)) {
        graph.addOutput(ValueInfoProto.newBuilder().setName(value).setType(type));
      }
    }
    return model.toBuilder().setGraph(graph).build().toByteArray();
  }

  /**
   * The int8 model.
   *
   * @param ranges of all {@link #values}
   * @param metadata becomes its {@code metadata_props}, instead of the float32 model's
   */
  public byte[] quantised(
      Map<String, ValueRange> ranges, WeightBits bits, Map<String, String> metadata) {
    var scales = new LinkedHashMap<String, Uint8>();
    values.forEach(v -> scales.put(v, Uint8.of(Objects.requireNonNull(ranges.get(v)))));
    var rewrite = new QdqNodes(names());
    for (NodeProto node : model.getGraph().getNodeList()) {
      if (convolutions.contains(node)) {
        Uint8 input = Objects.requireNonNull(scales.get(node.getInput(0)));
        TensorProto bias = hasBias(node) ? constants.get(node.getInput(2)) : null;
        rewrite.convolution(node, weight(node), bias, input.scale(), bits);
      } else {
        rewrite.keep(node);
      }
      for (String output : node.getOutputList()) {
        Uint8 scale = scales.get(output);
        if (scale != null) {
          rewrite.quantise(output, scale);
        }
      }
    }
    var graph =
        model.getGraph().toBuilder()
            .clearNode()
            .addAllNode(rewrite.nodes())
            .clearInitializer()
            .addAllInitializer(stillRead(rewrite.nodes()))
            .addAllInitializer(rewrite.constants());
    var result = model.toBuilder().setGraph(graph).clearMetadataProps();
    metadata.forEach((k, v) -> result.addMetadataPropsBuilder().setKey(k).setValue(v));
    return result.build().toByteArray();
  }

  private TensorProto weight(NodeProto conv) {
    return Objects.requireNonNull(constants.get(conv.getInput(1)));
  }

  private Set<String> names() {
    var names = new HashSet<>(constants.keySet());
    names.addAll(readers.keySet());
    return names;
  }

  /** Constants of float32 that integers have taken the place of are left out. */
  private List<TensorProto> stillRead(List<NodeProto> nodes) {
    var read = new HashSet<String>(outputs);
    nodes.forEach(node -> read.addAll(node.getInputList()));
    return model.getGraph().getInitializerList().stream()
        .filter(t -> read.contains(t.getName()) || !readers.containsKey(t.getName()))
        .toList();
  }
}
