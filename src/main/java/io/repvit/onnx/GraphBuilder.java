package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.repvit.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Builds an ONNX model with float32 inputs and outputs. Each method returns a reference to the
 * value it adds, so building a graph reads like a forward pass. The same calls produce the same
 * bytes.
 *
 * <p>Source: <a href="https://onnx.ai/onnx/repo-docs/IR.html">ONNX intermediate representation</a>.
 */
public final class GraphBuilder {

  /** Opset 20, the first with the operator {@code Gelu}. */
  public static final int OPSET = 20;

  /** The IR version that ONNX released with opset 20. */
  public static final int IR_VERSION = 9;

  /** A dimension that has no fixed size. */
  public static final int DYNAMIC = -1;

  private final GraphProto.Builder graph;
  private final String producer;
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> outputs = new HashMap<>();

  /**
   * @param name name of the graph, only for display
   * @param producer name and version of this program, stored as {@code producer_name}
   */
  public GraphBuilder(String name, String producer) {
    this.graph = GraphProto.newBuilder().setName(name);
    this.producer = producer;
  }

  /**
   * Declares an input.
   *
   * @param dims shape without the batch dimension, which is dynamic and named {@code N}
   */
  public Ref input(String name, int... dims) {
    graph.addInput(Types.batchOf(claim(name), dims));
    return new Ref(this, name);
  }

  /** Adds an initialiser. */
  public Ref constant(String name, Tensor tensor) {
    graph.addInitializer(Types.constant(claim(name), tensor));
    return new Ref(this, name);
  }

  /**
   * Adds a node with one output.
   *
   * @param name name of the node and of its output, unique in this graph
   * @throws IllegalArgumentException if an input belongs to another graph, or the operator does not
   *     accept the number of inputs or an attribute
   */
  public Ref node(Operator operator, String name, List<Ref> inputs, Attribute... attributes) {
    operator.check(name, inputs.size(), List.of(attributes));
    var node = NodeProto.newBuilder().setOpType(operator.type()).setName(claim(name));
    for (Ref input : inputs) {
      node.addInput(own(name, input).name());
    }
    for (Attribute attribute : attributes) {
      node.addAttribute(Types.of(attribute));
    }
    graph.addNode(node.addOutput(name));
    return new Ref(this, name);
  }

  /**
   * Declares an output.
   *
   * @param ref the output of a node, which is renamed to {@code name}
   * @param dims shape without the batch dimension
   */
  public void output(Ref ref, String name, int... dims) {
    if (outputs.putIfAbsent(own(name, ref).name(), claim(name)) != null) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "value '%s' is declared as an output twice", ref.name()));
    }
    graph.addOutput(Types.batchOf(name, dims));
  }

  /**
   * Returns the ONNX file.
   *
   * @param metadata entries of {@code metadata_props}, in the order of the map
   */
  public byte[] toBytes(Map<String, String> metadata) {
    var model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName(producer)
            .setGraph(withOutputNames());
    model.addOpsetImportBuilder().setVersion(OPSET);
    metadata.forEach((k, v) -> model.addMetadataPropsBuilder().setKey(k).setValue(v));
    return model.build().toByteArray();
  }

  private GraphProto withOutputNames() {
    var renamed = graph.build().toBuilder();
    for (NodeProto.Builder node : renamed.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, outputs.getOrDefault(node.getInput(i), node.getInput(i)));
      }
      node.setOutput(0, outputs.getOrDefault(node.getOutput(0), node.getOutput(0)));
    }
    return renamed.build();
  }

  private Ref own(String where, Ref ref) {
    if (ref.graph() != this) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "node '%s' has the input '%s', which belongs to another graph",
              where,
              ref.name()));
    }
    return ref;
  }

  private String claim(String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("the graph already has a value named '" + name + "'");
    }
    return name;
  }
}
