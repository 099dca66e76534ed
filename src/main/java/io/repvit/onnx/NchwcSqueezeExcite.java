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
 * Keeps the scale of squeeze-excite in the layout that ONNX Runtime convolves in.
 *
 * <p>ONNX Runtime stores activations {@code [N,C,H,W]} as {@code [N,C/b,H,W,b]} ("NCHWc", {@code b}
 * 8 or 16 by processor) wherever it knows how to compute on that. It does not for {@code y = x * s}
 * with {@code s} {@code [N,C,1,1]}: it brings {@code x} and {@code s} back to NCHW, multiplies,
 * reorders {@code y} for the convolution that follows, and cannot fuse the residual sum that {@code
 * y} takes part in. But in memory {@code x} lies as {@code [1,NC,H,W]} would and {@code s} as
 * {@code [NC,1,1,1]}, so that
 *
 * <pre>
 * y = depthwise 1x1 convolution of x with the weights s, in NC groups
 * </pre>
 *
 * for which there is a kernel. From there on what reads {@code y} stays in blocks too: a sum goes
 * into the convolution before it, activations and pools work on blocks as they are. The batch
 * becomes part of the graph, in the number of groups.
 *
 * <p>Source: ONNX Runtime's {@code core/optimizer/nchwc_transformer.cc} and {@code
 * contrib_ops/cpu/nchwc_ops.cc}.
 */
public final class NchwcSqueezeExcite {
  private static final String PREFIX = "squeeze_excite.";
  private static final int CONV_INPUTS = 4;

  /**
   * An activation in blocks.
   *
   * @param name of the value that holds it
   * @param channels without padding
   */
  private record Blocked(String name, long channels) {}

  private final GraphProto graph;
  private final int batch;
  private final NchwcFacts facts;
  private final List<NodeProto.Builder> nodes = new ArrayList<>();

  /** Where in {@link #nodes} a value is written. */
  private final Map<String, Integer> writers = new HashMap<>();

  /** What is there in blocks, by its name in NCHW. */
  private final Map<String, Blocked> blocked = new HashMap<>();

  /** How to bring it back, by its name in NCHW, until something has asked for it. */
  private final Map<String, NodeProto.Builder> reorders = new HashMap<>();

  /** Values in blocks by the names that they had before. */
  private final Map<String, String> renamed = new HashMap<>();

  private final Map<String, TensorProto> shapes = new LinkedHashMap<>();
  private int scales;

  private NchwcSqueezeExcite(GraphProto graph, int batch) {
    this.graph = graph;
    this.batch = batch;
    this.facts = new NchwcFacts(graph);
  }

  /**
   * Rewrites a model that ONNX Runtime has optimised and saved on this machine.
   *
   * @param optimised with all optimisations; the result is to be loaded with none
   * @param batch images per run, the only number that the result takes
   * @return empty if no scale has left the layout: no squeeze-excite, or another layout
   * @throws IllegalArgumentException if it is not an ONNX model
   */
  public static Optional<byte[]> rewrite(byte[] optimised, int batch) {
    ModelProto model;
    try {
      model = ModelProto.parseFrom(optimised);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the optimised model is not an ONNX model", e);
    }
    var rewrite = new NchwcSqueezeExcite(model.getGraph(), batch);
    GraphProto graph = rewrite.sweep();
    return rewrite.scales == 0
        ? Optional.empty()
        : Optional.of(model.toBuilder().setGraph(graph).build().toByteArray());
  }

  private GraphProto sweep() {
    for (NodeProto node : graph.getNodeList()) {
      facts.follow(node);
      if (!reorder(node) && !scale(node) && !sum(node) && !inBlocks(node)) {
        node.getInputList().forEach(this::bringBack);
        emit(node.toBuilder());
      }
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      bringBack(output.getName());
    }
    var result = graph.toBuilder().clearNode().addAllInitializer(shapes.values());
    nodes.forEach(result::addNode);
    return result.build();
  }

  /** Reorders are put off: perhaps nothing needs them. */
  private boolean reorder(NodeProto node) {
    if (!node.getDomain().equals(NchwcFacts.DOMAIN)
        || NodeAttributes.whole(node, "channels_last", 0) != 0) {
      return false;
    }
    String in = node.getInput(0);
    String out = node.getOutput(0);
    long channels = NodeAttributes.whole(node, "channels", 0);
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

  /** {@code Mul(x, s)} as a depthwise convolution of {@code x} with the weights {@code s}. */
  private boolean scale(NodeProto node) {
    if (!node.getOpType().equals("Mul")) {
      return false;
    }
    int point = facts.isPoint(node.getInput(0)) ? 0 : 1;
    String s = node.getInput(point);
    Blocked x = map(node.getInput(1 - point));
    if (x == null || !facts.isPoint(s) || !facts.hasChannels(s, x.channels)) {
      return false;
    }
    String name = PREFIX + scales++;
    long groups = Math.multiplyExact(x.channels, (long) batch);
    Blocked weights = blocked.get(s);
    // At one position the order of channels is the same in both layouts.
    reshape(weights == null ? s : weights.name, name + ".weight", groups, 1, 1, 1);
    reshape(x.name, name + ".x", 1, groups, 0, 0);
    emit(
        node(NchwcFacts.DOMAIN, "Conv", name + ".conv", name + ".x", name + ".weight")
            .addAttribute(Types.of(Attribute.of("group", groups)))
            .addAttribute(Types.of(Attribute.of("kernel_shape", List.of(1L, 1L))))
            .addAttribute(Types.of(Attribute.of("pads", List.of(0L, 0L, 0L, 0L))))
            .addAttribute(Types.of(Attribute.of("strides", List.of(1L, 1L)))));
    reshape(name + ".conv", name, batch, x.channels, 0, 0);
    keep(node, new Blocked(name, x.channels));
    return true;
  }

  /** ONNX's Reshape; 0 leaves a side as it is. */
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

  /** Into the convolution that makes one of the terms, if nothing else reads that term. */
  private boolean sum(NodeProto node) {
    if (!node.getOpType().equals("Add")) {
      return false;
    }
    String a = node.getInput(0);
    String b = node.getInput(1);
    Blocked x = map(a);
    Blocked y = map(b);
    if (x == null || y == null || x.channels != y.channels || x.equals(y)) {
      return false;
    }
    if (fuse(a, x, y)) {
      keep(node, x);
    } else if (fuse(b, y, x)) {
      keep(node, y);
    } else {
      emitInBlocks(node, node.toBuilder().setInput(0, x.name).setInput(1, y.name), x.channels);
    }
    return true;
  }

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

  /** Activations and pools of what is in blocks. */
  private boolean inBlocks(NodeProto node) {
    Blocked x = node.getInputCount() == 0 ? null : blocked.get(node.getInput(0));
    if (x == null) {
      return false;
    }
    if (NchwcFacts.isUnary(node)) {
      emitInBlocks(node, node.toBuilder().setInput(0, x.name), x.channels);
      return true;
    }
    if (facts.isPool(node)) {
      String out = node.getOutput(0);
      emitInBlocks(node, node(NchwcFacts.DOMAIN, "GlobalAveragePool", out, x.name), x.channels);
      return true;
    }
    return false;
  }

  private void emitInBlocks(NodeProto node, NodeProto.Builder instead, long channels) {
    var output = new Blocked(node.getOutput(0) + ".nchwc", channels);
    emit(instead.setOutput(0, output.name));
    keep(node, output);
  }

  /** Takes note that what {@code node} has written is there in blocks. */
  private void keep(NodeProto node, Blocked instead) {
    String out = node.getOutput(0);
    facts.note(out, instead.channels);
    blocked.put(out, instead);
    reorders.put(
        out,
        node(NchwcFacts.DOMAIN, "ReorderOutput", out, instead.name)
            .addAttribute(Types.of(Attribute.of("channels", instead.channels))));
  }

  /** To NCHW, for something that knows no blocks. */
  private void bringBack(String plain) {
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

  /** What is in blocks and has more than one position. */
  private @Nullable Blocked map(String plain) {
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
