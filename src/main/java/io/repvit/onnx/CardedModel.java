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

/** Makes a model that describes itself of one that does not; no weight is touched. */
public final class CardedModel {
  /** Operators after which numbers are no logits any more; the softmax to come would bend them. */
  private static final Set<String> PROBABILITIES = Set.of("Sigmoid", "Softmax");

  private CardedModel() {}

  /**
   * Adds metadata and declares which values are the outputs.
   *
   * @param file name for messages
   * @param bytes the model, which stays as it is
   * @param input the one value that the graph may take
   * @param logits the first output, any value that a node computes, before softmax
   * @param others further outputs, likewise
   * @param metadata becomes {@code metadata_props}, beside those that are there
   * @throws IllegalArgumentException if it is no whole ONNX model, or not of these names
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
              "%s: the card names the input '%s', the model takes %s; one input of images is needed",
              file,
              input,
              inputs));
    }
    var made = new HashMap<String, NodeProto>();
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> made.put(output, node));
    }
    requireLogits(file, logits, made.get(logits));
    int type = elementType(graph);
    var carded = graph.toBuilder().clearOutput();
    carded.addOutput(output(file, logits, graph, made, type));
    others.forEach(other -> carded.addOutput(output(file, other, graph, made, type)));
    var result = model.toBuilder().setGraph(carded);
    metadata.forEach((k, v) -> result.addMetadataPropsBuilder().setKey(k).setValue(v));
    return result.build().toByteArray();
  }

  private static void requireLogits(String file, String logits, @Nullable NodeProto maker) {
    if (maker != null && PROBABILITIES.contains(maker.getOpType()) && maker.getInputCount() > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: '%s' is made by %s, logits are needed; name what goes into it, '%s', as logits.name",
              file,
              logits,
              maker.getOpType(),
              maker.getInput(0)));
    }
  }

  /** The graph's own output's, which is also that of what has none: the runtime wants it said. */
  private static int elementType(GraphProto graph) {
    return graph.getOutputCount() == 0
        ? TensorProto.DataType.FLOAT_VALUE
        : graph.getOutput(0).getType().getTensorType().getElemType();
  }

  /** The runtime infers the shape of a value that has no declaration. */
  private static ValueInfoProto output(
      String file, String name, GraphProto graph, Map<String, NodeProto> made, int type) {
    if (!made.containsKey(name)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the card names an output '%s', which no node computes; the model's outputs are %s",
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
