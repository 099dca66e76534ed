package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Facts about the activations of a graph that ONNX Runtime has optimised: the number of stored
 * channels, whether height and width are 1, and the number of readers.
 */
final class NchwcFacts {

  /** The domain of ONNX Runtime's operators for the NCHWc layout. */
  static final String DOMAIN = "com.microsoft.nchwc";

  /** Elementwise operators with one input, which work in every layout. */
  private static final Set<String> UNARY =
      Set.of(
          "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "QuickGelu", "Relu", "Sigmoid");

  private static final Set<String> CONVOLUTIONS = Set.of("Conv", "FusedConv");
  private static final Set<String> REORDERS = Set.of("ReorderInput", "ReorderOutput");
  private static final Set<Long> SPATIAL = Set.of(2L, 3L);
  private static final int RANK = 4;

  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, Long> channels = new HashMap<>();
  private final Set<String> points = new HashSet<>();

  NchwcFacts(GraphProto graph) {
    graph.getInitializerList().forEach(t -> constants.put(t.getName(), t));
    for (NodeProto node : graph.getNodeList()) {
      node.getInputList().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    graph.getOutputList().forEach(output -> readers.merge(output.getName(), 1, Integer::sum));
  }

  /**
   * Derives the facts about the output of a node. Call it for all nodes in the order of the graph.
   */
  void follow(NodeProto node) {
    if (node.getInputCount() == 0 || node.getOutputCount() == 0) {
      return;
    }
    String in = node.getInput(0);
    String out = node.getOutput(0);
    if (CONVOLUTIONS.contains(node.getOpType())) {
      List<Long> weight =
          node.getInputCount() < 2 ? List.of() : dims(constants.get(node.getInput(1)));
      if (weight.size() == RANK) {
        channels.put(out, weight.get(0));
        boolean pointwise = weight.get(2) == 1 && weight.get(3) == 1;
        if (pointwise
            && points.contains(in)
            && NodeAttributes.intValues(node, "pads").stream().allMatch(p -> p == 0)) {
          points.add(out);
        }
      }
      return;
    }
    if (node.getOpType().equals("Mul")) {
      followProduct(in, node.getInput(1), out);
      return;
    }
    boolean pool = isPool(node);
    if (pool || isUnary(node) || REORDERS.contains(node.getOpType())) {
      if (channels.containsKey(in)) {
        channels.put(out, channels.get(in));
      }
      if (pool || points.contains(in)) {
        points.add(out);
      }
    }
  }

  /** Elementwise products. ONNX Runtime expresses hard swish as one, also in NCHWc. */
  private void followProduct(String a, String b, String out) {
    Long stored = channels.get(a);
    if (stored != null && stored.equals(channels.get(b))) {
      channels.put(out, stored);
      if (points.contains(a) && points.contains(b)) {
        points.add(out);
      }
    }
  }

  /** Records an activation that a rewritten node computes and whose height or width is above 1. */
  void note(String name, long stored) {
    channels.put(name, stored);
  }

  /**
   * Returns whether a value stores exactly this many channels. If it is the true number of
   * channels, the value has no padding.
   */
  boolean hasChannels(String name, long number) {
    return channels.getOrDefault(name, -1L) == number;
  }

  /** Returns whether height and width are 1. */
  boolean isPoint(String name) {
    return points.contains(name);
  }

  /** Returns the number of node inputs that read a value; a graph output counts as one. */
  int readers(String name) {
    return readers.getOrDefault(name, 0);
  }

  static boolean isUnary(NodeProto node) {
    return UNARY.contains(node.getOpType()) && node.getInputCount() == 1;
  }

  /**
   * Returns whether a node is global average pooling: a mean over height and width that keeps both
   * as 1.
   */
  boolean isPool(NodeProto node) {
    if (!node.getOpType().equals("ReduceMean")) {
      return node.getOpType().equals("GlobalAveragePool");
    }
    List<Long> axes = NodeAttributes.intValues(node, "axes");
    if (node.getInputCount() > 1) {
      axes = longs(constants.get(node.getInput(1)));
    }
    var fromFront = new TreeSet<Long>();
    axes.forEach(axis -> fromFront.add(axis < 0 ? axis + RANK : axis));
    return fromFront.equals(SPATIAL) && NodeAttributes.intValue(node, "keepdims", 1) == 1;
  }

  private static List<Long> dims(@Nullable TensorProto tensor) {
    return tensor == null ? List.of() : tensor.getDimsList();
  }

  private static List<Long> longs(@Nullable TensorProto tensor) {
    if (tensor == null || tensor.getRawData().isEmpty()) {
      return tensor == null ? List.of() : tensor.getInt64DataList();
    }
    var raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[raw.remaining() / Long.BYTES];
    raw.asLongBuffer().get(values);
    return Arrays.stream(values).boxed().toList();
  }
}
