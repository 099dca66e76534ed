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
 * Quantises the convolutions of a float32 model to 8-bit integers.
 *
 * <p>The result has ONNX Runtime's QDQ format. QuantizeLinear and DequantizeLinear follow each
 * value that becomes 8 bits wide. Weights and biases are integers with a DequantizeLinear. All
 * other nodes do not change. ONNX Runtime fuses these nodes into integer operators where it has
 * them: for convolutions, for residual sums, and for the pools and products of squeeze-excite,
 * whose factors are quantised for this reason. These stay float32:
 *
 * <ul>
 *   <li>convolutions of the input image: with three channels, integers are not faster;
 *   <li>the head, and so the embedding and the logits: it takes little time, but would cause a
 *       third of the error of the logits.
 * </ul>
 *
 * <p>Source: <a
 * href="https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html">ONNX
 * Runtime, Quantize ONNX models</a>.
 */
public final class Int8Graph {
  /** Opset 13, the first with a scale per channel. */
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
   * Reads a model and selects the values to quantise.
   *
   * @param file name for messages
   * @param bytes the ONNX file; the caller must not modify it afterwards
   * @throws IllegalArgumentException if the file is not an ONNX model, has an opset before 13, is
   *     quantised already, or has no convolution to quantise
   */
  public static Int8Graph of(String file, byte[] bytes) {
    ModelProto model = OnnxFile.parse(file, bytes);
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      if (opset.getDomain().isEmpty() && opset.getVersion() < MIN_OPSET) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: has opset %d, a scale per channel needs opset %d; export it again with a newer opset",
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
                "%s: node '%s' is a %s, so the model is quantised already; pass the float32 model",
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
          file + ": is not a valid model: a node lacks an input or output, or a shape is invalid",
          e);
    }
    if (graph.convolutions.isEmpty()) {
      throw new IllegalArgumentException(
          file + ": has no float32 convolution to quantise, except those of the input image");
    }
    return graph;
  }

  /**
   * Returns whether a node is a convolution whose weight, and bias if present, are float32
   * constants.
   */
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

  /**
   * Returns the output of the Relu that follows a convolution, if ONNX Runtime can fuse the two,
   * else the output of the convolution. It fuses them if no other node reads the value between
   * them.
   */
  private String activated(String output) {
    List<NodeProto> next = readers.getOrDefault(output, List.of());
    boolean relu =
        !outputs.contains(output) && next.size() == 1 && next.get(0).getOpType().equals("Relu");
    return relu ? next.get(0).getOutput(0) : output;
  }

  /**
   * Returns the names of the values to quantise, in a fixed order. The caller must measure their
   * ranges.
   */
  public Set<String> values() {
    return Collections.unmodifiableSet(values);
  }

  /** Returns the number of convolutions that are quantised. */
  public int convolutions() {
    return convolutions.size();
  }

  /** Returns the float32 model with {@link #values} as additional outputs. */
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
   * Returns the int8 model as an ONNX file.
   *
   * @param ranges ranges of all {@link #values}
   * @param metadata replaces the {@code metadata_props} of the float32 model
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

  /**
   * Returns the initialisers that nodes still read, without those that are replaced by integers.
   */
  private List<TensorProto> stillRead(List<NodeProto> nodes) {
    var read = new HashSet<String>(outputs);
    nodes.forEach(node -> read.addAll(node.getInputList()));
    return model.getGraph().getInitializerList().stream()
        .filter(t -> read.contains(t.getName()) || !readers.containsKey(t.getName()))
        .toList();
  }
}
