package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes the model card of an ONNX file. The weights do not change. */
public final class CardedModel {
  /**
   * Operators whose outputs are probabilities, not logits. {@code classify} applies softmax itself.
   */
  private static final Set<String> PROBABILITIES = Set.of("Sigmoid", "Softmax");

  private CardedModel() {}

  /**
   * Adds metadata to a model and declares its outputs.
   *
   * @param file name for messages
   * @param bytes the ONNX file; it is not modified
   * @param input name of the graph's input; the graph must have only this one
   * @param logits name of the first output, before softmax; any value that a node computes
   * @param others names of further outputs; any values that nodes compute
   * @param metadata entries to add to {@code metadata_props}
   * @return the ONNX file with card
   * @throws IllegalArgumentException if the file is not a complete ONNX model, or has other inputs
   *     or no such outputs
   */
  public static byte[] of(
      String file,
      byte[] bytes,
      String input,
      String logits,
      List<String> others,
      Map<String, String> metadata) {
    ModelProto model = OnnxFile.parse(file, bytes);
    GraphProto graph = model.getGraph();
    List<String> inputs = TensorType.inputs(graph).stream().map(TensorType::name).toList();
    if (!inputs.equals(List.of(input))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the card names the input '%s', the model has the inputs %s; expected only this one",
              file,
              input,
              inputs));
    }
    var producers = new HashMap<String, NodeProto>();
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> producers.put(output, node));
    }
    requireLogits(file, logits, producers.get(logits));
    int type = elementType(graph);
    var carded = graph.toBuilder().clearOutput();
    carded.addOutput(output(file, logits, graph, producers, type));
    others.forEach(other -> carded.addOutput(output(file, other, graph, producers, type)));
    var result = model.toBuilder().setGraph(carded);
    metadata.forEach((k, v) -> result.addMetadataPropsBuilder().setKey(k).setValue(v));
    return result.build().toByteArray();
  }

  /**
   * Replaces or adds one entry of the metadata.
   *
   * @param file name for messages
   * @param bytes the ONNX file; it is not modified
   * @return the ONNX file with the entry
   * @throws IllegalArgumentException if the file is not a complete ONNX model
   */
  public static byte[] withEntry(String file, byte[] bytes, String key, String value) {
    ModelProto model = OnnxFile.parse(file, bytes);
    var result = model.toBuilder().clearMetadataProps();
    model.getMetadataPropsList().stream()
        .filter(entry -> !entry.getKey().equals(key))
        .forEach(result::addMetadataProps);
    result.addMetadataPropsBuilder().setKey(key).setValue(value);
    return result.build().toByteArray();
  }

  private static void requireLogits(String file, String logits, @Nullable NodeProto producer) {
    if (producer != null
        && PROBABILITIES.contains(producer.getOpType())
        && producer.getInputCount() > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: '%s' is the output of %s, expected logits; set logits.name to its input '%s'",
              file,
              logits,
              producer.getOpType(),
              producer.getInput(0)));
    }
  }

  /**
   * Returns the element type for outputs that the graph does not declare: that of its own output,
   * because ONNX Runtime requires a type.
   */
  private static int elementType(GraphProto graph) {
    return graph.getOutputCount() == 0
        ? TensorProto.DataType.FLOAT_VALUE
        : graph.getOutput(0).getType().getTensorType().getElemType();
  }

  /** Declares an output. ONNX Runtime infers the shape if the graph does not declare it. */
  private static ValueInfoProto output(
      String file, String name, GraphProto graph, Map<String, NodeProto> producers, int type) {
    if (!producers.containsKey(name)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the card names the output '%s', which no node computes; the model has the outputs %s",
              file,
              name,
              graph.getOutputList().stream().map(ValueInfoProto::getName).toList()));
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      if (output.getName().equals(name)) {
        return output;
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(type)))
        .build();
  }
}
