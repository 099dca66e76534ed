package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.repvit.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Replaces the classifier of an ONNX model by another linear layer on its embedding: {@code logits
 * = embedding * weight^T + bias}. The nodes and weights that compute the embedding do not change;
 * those that only the old logits need are removed.
 */
public final class ReplacedHead {
  /** Opset 7, the first in which Gemm adds a bias of one row without an attribute. */
  private static final int MIN_OPSET = 7;

  private static final String NAME = "probe";

  private ReplacedHead() {}

  /**
   * Writes the model with another classifier.
   *
   * @param file name for messages
   * @param bytes the ONNX file; it is not modified
   * @param embedding name of the output with the features, float32 {@code [N,width]}
   * @param logits name of the output with the logits, which keeps its name
   * @param weight {@code [classes,width]}
   * @param bias {@code [classes]}
   * @param metadata replaces the {@code metadata_props}
   * @return the ONNX file with the outputs {@code logits} and {@code embedding}
   * @throws IllegalArgumentException if the file is not an ONNX model, has no such embedding, or
   *     needs the logits to compute it
   */
  public static byte[] of(
      String file,
      byte[] bytes,
      String embedding,
      String logits,
      Tensor weight,
      Tensor bias,
      Map<String, String> metadata) {
    ModelProto model = OnnxFile.parse(file, bytes);
    requireOpset(file, model);
    GraphProto graph = model.getGraph();
    ValueInfoProto features = output(file, graph, embedding);
    var used = new HashSet<>(Set.of(embedding));
    List<NodeProto> body = needed(graph, used);
    if (body.isEmpty() || used.contains(logits)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the embedding '%s' %s, expected features that nodes compute from the image",
              file,
              embedding,
              body.isEmpty()
                  ? "is not the output of a node"
                  : "is computed from '" + logits + "'"));
    }
    String node = free(NAME, used);
    String w = free(NAME + ".weight", used);
    String b = free(NAME + ".bias", used);
    var head =
        NodeProto.newBuilder()
            .setOpType(Operator.GEMM.type())
            .setName(node)
            .addInput(embedding)
            .addInput(w)
            .addInput(b)
            .addOutput(logits)
            .addAttribute(Types.of(Attribute.of("transB", 1)));
    var replaced =
        graph.toBuilder()
            .clearNode()
            .addAllNode(body)
            .addNode(head)
            .clearInitializer()
            .addAllInitializer(
                graph.getInitializerList().stream()
                    .filter(t -> used.contains(t.getName()))
                    .toList())
            .addInitializer(Types.constant(w, weight))
            .addInitializer(Types.constant(b, bias))
            .clearInput()
            .addAllInput(inputs(graph, used))
            .clearValueInfo()
            .addAllValueInfo(named(graph.getValueInfoList(), used))
            .clearOutput()
            .addOutput(logits(logits, features, weight.shape().dim(0)))
            .addOutput(features);
    var result = model.toBuilder().setGraph(replaced).clearMetadataProps();
    metadata.forEach((k, v) -> result.addMetadataPropsBuilder().setKey(k).setValue(v));
    return result.build().toByteArray();
  }

  private static void requireOpset(String file, ModelProto model) {
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      if (opset.getDomain().isEmpty() && opset.getVersion() < MIN_OPSET) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: has opset %d, a new classifier needs opset %d; export it again with a newer opset",
                file,
                opset.getVersion(),
                MIN_OPSET));
      }
    }
  }

  private static ValueInfoProto output(String file, GraphProto graph, String name) {
    for (ValueInfoProto output : graph.getOutputList()) {
      if (output.getName().equals(name)) {
        return output;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s: has no output '%s' with the embedding, found %s",
            file,
            name,
            graph.getOutputList().stream().map(ValueInfoProto::getName).toList()));
  }

  /**
   * The nodes that compute the used values, in the order of the file, which ONNX requires to be
   * topological.
   *
   * @param used names of values; those that the nodes read are added
   */
  private static List<NodeProto> needed(GraphProto graph, Set<String> used) {
    var needed = new ArrayList<NodeProto>();
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      NodeProto node = graph.getNode(i);
      if (node.getOutputList().stream().anyMatch(o -> !o.isEmpty() && used.contains(o))) {
        needed.add(node);
        used.addAll(node.getOutputList());
        addInputs(node, used);
      }
    }
    Collections.reverse(needed);
    return needed;
  }

  /**
   * Adds what a node reads, also in nested graphs, which read values of the outer graph by name.
   */
  private static void addInputs(NodeProto node, Set<String> used) {
    used.addAll(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      var nested = new ArrayList<>(attribute.getGraphsList());
      nested.add(attribute.getG());
      for (GraphProto graph : nested) {
        graph.getNodeList().forEach(inner -> addInputs(inner, used));
        graph.getOutputList().forEach(output -> used.add(output.getName()));
      }
    }
  }

  /** The inputs without the initialisers that are no longer used; IR 3 lists them as inputs. */
  private static List<ValueInfoProto> inputs(GraphProto graph, Set<String> used) {
    var removed = new HashSet<String>();
    graph.getInitializerList().forEach(t -> removed.add(t.getName()));
    removed.removeAll(used);
    return graph.getInputList().stream().filter(i -> !removed.contains(i.getName())).toList();
  }

  private static List<ValueInfoProto> named(Collection<ValueInfoProto> values, Set<String> used) {
    return values.stream().filter(v -> used.contains(v.getName())).toList();
  }

  private static String free(String name, Set<String> used) {
    String free = name;
    for (int i = 2; used.contains(free); i++) {
      free = name + "." + i;
    }
    return free;
  }

  /** Declares the logits with the batch dimension of the embedding. */
  private static ValueInfoProto logits(String name, ValueInfoProto features, long classes) {
    TypeProto.Tensor tensor = features.getType().getTensorType();
    var shape = tensor.getShape().toBuilder();
    var declared = tensor.toBuilder();
    if (shape.getDimCount() == 2) {
      shape.setDim(1, Dimension.newBuilder().setDimValue(classes));
      declared.setShape(shape);
    } else {
      declared.clearShape();
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(declared))
        .build();
  }
}
