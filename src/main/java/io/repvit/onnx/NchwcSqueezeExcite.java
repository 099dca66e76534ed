package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites an optimised graph so that squeeze-excite keeps the NCHWc layout of ONNX Runtime.
 *
 * <p>For operators that support it, ONNX Runtime stores activations {@code [N,C,H,W]} as {@code
 * [N,C/b,H,W,b]} ("NCHWc"; the block size {@code b} is 8 or 16 depending on the processor). The
 * product {@code y = x * s} of squeeze-excite, with {@code s} of shape {@code [N,C,1,1]}, has no
 * NCHWc operator. So ONNX Runtime reorders {@code x} and {@code s} to NCHW, multiplies, and
 * reorders {@code y} for the next convolution. It then cannot fuse the residual sum that reads
 * {@code y}. But {@code x} has the same memory layout as an activation {@code [1,NC,H,W]} in NCHWc,
 * and {@code s} the same as weights {@code [NC,1,1,1]}. So the product equals
 *
 * <pre>
 * y = depthwise 1x1 convolution of x with the weights s, NC groups
 * </pre>
 *
 * which has an NCHWc kernel. The operators that read {@code y} then stay in NCHWc too: a sum is
 * fused into the preceding convolution, and activations and pools compute on NCHWc directly. The
 * number of groups contains the batch size N, so the rewritten graph accepts only this batch size.
 *
 * <p>Source: ONNX Runtime's {@code core/optimizer/nchwc_transformer.cc} and {@code
 * contrib_ops/cpu/nchwc_ops.cc}.
 */
public final class NchwcSqueezeExcite {
  private static final String PREFIX = "squeeze_excite.";

  /** Inputs of an NCHWc convolution with a fused sum: data, weights, bias, summand. */
  private static final int CONV_INPUTS = 4;

  /**
   * An activation in NCHWc layout.
   *
   * @param name name of the value
   * @param channels number of channels without padding
   */
  private record Blocked(String name, long channels) {}

  private final GraphProto graph;
  private final int batch;
  private final NchwcFacts facts;
  private final List<NodeProto.Builder> nodes = new ArrayList<>();

  /** The index in {@link #nodes} of the node that computes a value. */
  private final Map<String, Integer> writers = new HashMap<>();

  /** The NCHWc form of a value, by the name of the value in NCHW. */
  private final Map<String, Blocked> blocked = new HashMap<>();

  /**
   * The node that reorders a value to NCHW, by the name of the value. It is emitted when a node
   * needs the value in NCHW.
   */
  private final Map<String, NodeProto.Builder> reorders = new HashMap<>();

  /** The new names of NCHWc values, by their old names. */
  private final Map<String, String> renamed = new HashMap<>();

  private final Map<String, TensorProto> shapes = new LinkedHashMap<>();

  /** Number of products that became convolutions. */
  private int scales;

  private NchwcSqueezeExcite(GraphProto graph, int batch) {
    this.graph = graph;
    this.batch = batch;
    this.facts = new NchwcFacts(graph);
  }

  /**
   * Rewrites a model that ONNX Runtime has optimised and saved on this machine.
   *
   * @param optimised a model saved with all optimisations; load the result without optimisations
   * @param batch the only batch size that the result accepts
   * @return empty if there is nothing to rewrite: the graph has no squeeze-excite, or does not use
   *     NCHWc around it
   * @throws IllegalArgumentException if it is not an ONNX model
   */
  public static Optional<byte[]> rewrite(byte[] optimised, int batch) {
    ModelProto model;
    try {
      model = ModelProto.parseFrom(optimised);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "the model that ONNX Runtime optimised cannot be parsed", e);
    }
    var rewrite = new NchwcSqueezeExcite(model.getGraph(), batch);
    GraphProto graph = rewrite.rewriteNodes();
    return rewrite.scales == 0
        ? Optional.empty()
        : Optional.of(model.toBuilder().setGraph(graph).build().toByteArray());
  }

  private GraphProto rewriteNodes() {
    for (NodeProto node : graph.getNodeList()) {
      facts.follow(node);
      if (!reorder(node) && !scale(node) && !sum(node) && !unaryOrPool(node)) {
        node.getInputList().forEach(this::reorderToNchw);
        emit(node.toBuilder());
      }
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      reorderToNchw(output.getName());
    }
    var result = graph.toBuilder().clearNode().addAllInitializer(shapes.values());
    nodes.forEach(result::addNode);
    return result.build();
  }

  /**
   * Defers a reorder to NCHW until a node needs it, and drops a reorder from NCHW if the NCHWc form
   * exists.
   */
  private boolean reorder(NodeProto node) {
    if (!node.getDomain().equals(NchwcFacts.DOMAIN)
        || NodeAttributes.intValue(node, "channels_last", 0) != 0) {
      return false;
    }
    String in = node.getInput(0);
    String out = node.getOutput(0);
    long channels = NodeAttributes.intValue(node, "channels", 0);
    if (node.getOpType().equals("ReorderOutput") && facts.hasChannels(in, channels)) {
      blocked.put(out, new Blocked(name(in), channels));
      reorders.put(out, node.toBuilder());
      return true;
    }
    Blocked source = blocked.get(in);
    if (node.getOpType().equals("ReorderInput") && source != null) {
      renamed.put(out, source.name);
      return true;
    }
    return false;
  }

  /**
   * Rewrites {@code Mul(x, s)} as a depthwise convolution of {@code x} with the weights {@code s}.
   */
  private boolean scale(NodeProto node) {
    if (!node.getOpType().equals("Mul")) {
      return false;
    }
    int point = facts.isPoint(node.getInput(0)) ? 0 : 1;
    String s = node.getInput(point);
    Blocked x = featureMap(node.getInput(1 - point));
    if (x == null || !facts.isPoint(s) || !facts.hasChannels(s, x.channels)) {
      return false;
    }
    String name = PREFIX + scales++;
    long groups = Math.multiplyExact(x.channels, (long) batch);
    Blocked weights = blocked.get(s);
    // If H = W = 1, the order of the channels is the same in both layouts.
    reshape(weights == null ? s : weights.name, name + ".weight", groups, 1, 1, 1);
    reshape(x.name, name + ".x", 1, groups, 0, 0);
    emit(
        node(NchwcFacts.DOMAIN, "Conv", name + ".conv", name + ".x", name + ".weight")
            .addAttribute(Types.of(Attribute.of("group", groups)))
            .addAttribute(Types.of(Attribute.of("kernel_shape", List.of(1L, 1L))))
            .addAttribute(Types.of(Attribute.of("pads", List.of(0L, 0L, 0L, 0L))))
            .addAttribute(Types.of(Attribute.of("strides", List.of(1L, 1L)))));
    reshape(name + ".conv", name, batch, x.channels, 0, 0);
    recordBlocked(node, new Blocked(name, x.channels));
    return true;
  }

  /** Emits a Reshape; the dimension 0 means unchanged. */
  private void reshape(String input, String output, long... dims) {
    String shape = PREFIX + "shape" + Arrays.toString(dims).replace(" ", "");
    var tensor =
        TensorProto.newBuilder()
            .setName(shape)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(dims.length);
    LongStream.of(dims).forEach(tensor::addInt64Data);
    shapes.put(shape, tensor.build());
    emit(node("", "Reshape", output, input, shape));
  }

  /**
   * Rewrites a sum. It is fused into the convolution that computes one of its terms if no other
   * node reads that term; otherwise it stays a sum, on NCHWc.
   */
  private boolean sum(NodeProto node) {
    if (!node.getOpType().equals("Add")) {
      return false;
    }
    String a = node.getInput(0);
    String b = node.getInput(1);
    Blocked x = featureMap(a);
    Blocked y = featureMap(b);
    if (x == null || y == null || x.channels != y.channels || x.equals(y)) {
      return false;
    }
    if (fuse(a, x, y)) {
      recordBlocked(node, x);
    } else if (fuse(b, y, x)) {
      recordBlocked(node, y);
    } else {
      emitBlocked(node, node.toBuilder().setInput(0, x.name).setInput(1, y.name), x.channels);
    }
    return true;
  }

  /** Tries to add {@code other} to the convolution that computes {@code made}. */
  private boolean fuse(String name, Blocked made, Blocked other) {
    Integer at = writers.get(made.name);
    if (at == null || facts.readers(name) != 1 || facts.readers(made.name) != 1) {
      return false;
    }
    NodeProto.Builder conv = nodes.get(at);
    if (!conv.getOpType().equals("Conv")
        || conv.getInputCount() == CONV_INPUTS
        || conv.getAttributeList().stream().anyMatch(a -> a.getName().equals("activation"))
        || writers.getOrDefault(other.name, at) >= at) {
      return false;
    }
    while (conv.getInputCount() < CONV_INPUTS - 1) {
      conv.addInput("");
    }
    conv.addInput(other.name);
    return true;
  }

  /** Rewrites activations and global pools to read an NCHWc value. */
  private boolean unaryOrPool(NodeProto node) {
    Blocked x = node.getInputCount() == 0 ? null : blocked.get(node.getInput(0));
    if (x == null) {
      return false;
    }
    if (NchwcFacts.isUnary(node)) {
      emitBlocked(node, node.toBuilder().setInput(0, x.name), x.channels);
      return true;
    }
    if (facts.isPool(node)) {
      String out = node.getOutput(0);
      emitBlocked(node, node(NchwcFacts.DOMAIN, "GlobalAveragePool", out, x.name), x.channels);
      return true;
    }
    return false;
  }

  private void emitBlocked(NodeProto node, NodeProto.Builder instead, long channels) {
    var output = new Blocked(node.getOutput(0) + ".nchwc", channels);
    emit(instead.setOutput(0, output.name));
    recordBlocked(node, output);
  }

  /** Records that the output of {@code node} is available in NCHWc. */
  private void recordBlocked(NodeProto node, Blocked instead) {
    String out = node.getOutput(0);
    facts.note(out, instead.channels);
    blocked.put(out, instead);
    reorders.put(
        out,
        node(NchwcFacts.DOMAIN, "ReorderOutput", out, instead.name)
            .addAttribute(Types.of(Attribute.of("channels", instead.channels))));
  }

  /** Emits the reorder to NCHW for a node that does not support NCHWc. */
  private void reorderToNchw(String plain) {
    NodeProto.Builder reorder = reorders.remove(plain);
    if (reorder != null) {
      emit(reorder);
    }
  }

  private void emit(NodeProto.Builder node) {
    for (int i = 0; i < node.getInputCount(); i++) {
      node.setInput(i, name(node.getInput(i)));
    }
    node.getOutputList().forEach(output -> writers.put(output, nodes.size()));
    nodes.add(node);
  }

  private String name(String input) {
    return renamed.getOrDefault(input, input);
  }

  /** Returns the NCHWc form of a value whose height or width is above 1, or null. */
  private @Nullable Blocked featureMap(String plain) {
    return facts.isPoint(plain) ? null : blocked.get(plain);
  }

  private static NodeProto.Builder node(
      String domain, String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setDomain(domain)
        .setOpType(type)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }
}
