package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds the nodes and initialisers of a QDQ graph, in the order of computation. */
final class QdqNodes {
  private static final float[] NO_BIAS = {};

  private final Set<String> names;
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<TensorProto> constants = new ArrayList<>();

  /** The dequantised value that replaces a value, by the name of the value. */
  private final Map<String, String> replacements = new HashMap<>();

  /**
   * @param names names that the graph already uses
   */
  QdqNodes(Set<String> names) {
    this.names = new HashSet<>(names);
  }

  List<NodeProto> nodes() {
    return nodes;
  }

  List<TensorProto> constants() {
    return constants;
  }

  /** Adds a node of the original graph, which reads the dequantised values where they exist. */
  void keep(NodeProto node) {
    nodes.add(withReplacedInputs(node).build());
  }

  private NodeProto.Builder withReplacedInputs(NodeProto node) {
    var builder = node.toBuilder();
    for (int i = 0; i < builder.getInputCount(); i++) {
      builder.setInput(i, replacements.getOrDefault(builder.getInput(i), builder.getInput(i)));
    }
    return builder;
  }

  /** Quantises a value. Nodes that are added later read the result. */
  void quantise(String value, Uint8 as) {
    String scale = constant(value + ".scale", TensorProto.DataType.FLOAT, floats(as.scale()));
    byte[] zero = {(byte) as.zero()};
    String zeroPoint =
        constant(value + ".zero_point", TensorProto.DataType.UINT8, ByteString.copyFrom(zero));
    String integers = add("QuantizeLinear", value + ".uint8", value, scale, zeroPoint);
    replacements.put(
        value, add("DequantizeLinear", value + ".dequantised", integers, scale, zeroPoint));
  }

  /**
   * Adds a convolution with int8 weights and an int32 bias.
   *
   * @param input scale of its quantised input
   */
  void convolution(
      NodeProto node,
      TensorProto weight,
      @Nullable TensorProto bias,
      float input,
      WeightBits bits) {
    int channels = (int) weight.getDims(0);
    float[] biases = bias == null ? NO_BIAS : Floats.of(bias);
    Int8Weights q = Int8Weights.of(Floats.of(weight), biases, channels, input, bits);
    var conv = withReplacedInputs(node);
    String name = node.getOutput(0);
    ByteString values = UnsafeByteOperations.unsafeWrap(q.values());
    conv.setInput(
        1,
        dequantised(
            name + ".weight", TensorProto.DataType.INT8, values, weight.getDimsList(), q.scales()));
    if (bias != null) {
      float[] scales = new float[channels];
      for (int c = 0; c < channels; c++) {
        scales[c] = input * q.scales()[c];
      }
      conv.setInput(
          2,
          dequantised(
              name + ".bias",
              TensorProto.DataType.INT32,
              ints(q.bias()),
              bias.getDimsList(),
              scales));
    }
    nodes.add(conv.build());
  }

  /** Adds integers with a scale per channel and zero point 0, and returns the dequantised value. */
  private String dequantised(
      String name, TensorProto.DataType type, ByteString values, List<Long> dims, float[] scales) {
    long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
    int width = type == TensorProto.DataType.INT8 ? Byte.BYTES : Integer.BYTES;
    ByteString zeros = UnsafeByteOperations.unsafeWrap(new byte[scales.length * width]);
    String integers = constant(name + ".quantised", type, values, shape);
    String scale =
        constant(name + ".scale", TensorProto.DataType.FLOAT, floats(scales), scales.length);
    String zeroPoint = constant(name + ".zero_point", type, zeros, scales.length);
    String result = add("DequantizeLinear", name + ".dequantised", integers, scale, zeroPoint);
    int last = nodes.size() - 1;
    nodes.set(
        last, nodes.get(last).toBuilder().addAttribute(Types.of(Attribute.of("axis", 0))).build());
    return result;
  }

  private String add(String operator, String output, String... inputs) {
    nodes.add(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output)
            .addAllInput(List.of(inputs))
            .addOutput(claim(output))
            .build());
    return output;
  }

  private String constant(String name, TensorProto.DataType type, ByteString values, long... dims) {
    var tensor =
        TensorProto.newBuilder()
            .setName(claim(name))
            .setDataType(type.getNumber())
            .setRawData(values);
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    constants.add(tensor.build());
    return name;
  }

  private String claim(String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("the graph already has a value named '" + name + "'");
    }
    return name;
  }

  private static ByteString floats(float... values) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static ByteString ints(int... values) {
    ByteBuffer bytes = littleEndian(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
