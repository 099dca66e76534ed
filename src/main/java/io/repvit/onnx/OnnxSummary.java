package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A description of an ONNX file, read without running the model.
 *
 * @param producer the program that wrote the file
 * @param irVersion version of the ONNX format
 * @param opsets opset versions by domain, sorted; the default domain is {@code ai.onnx}
 * @param metadata {@code metadata_props}, in the order of the file
 * @param inputs the declared inputs
 * @param outputs the declared outputs
 * @param operators number of nodes by operator type, sorted, with nested graphs and functions; a
 *     type has its domain as a prefix unless it is the default domain
 * @param parameters number of trained values
 * @param unfused nodes that a fold would remove
 * @param features input of the last linear layer; empty if there is none
 */
public record OnnxSummary(
    String producer,
    long irVersion,
    SortedMap<String, Long> opsets,
    Map<String, String> metadata,
    List<TensorType> inputs,
    List<TensorType> outputs,
    SortedMap<String, Integer> operators,
    long parameters,
    Unfused unfused,
    Optional<Features> features) {

  private static final String DEFAULT_DOMAIN = "ai.onnx";

  public OnnxSummary {
    opsets = Collections.unmodifiableSortedMap(new TreeMap<>(opsets));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
  }

  /** Returns whether the model is completely fused. */
  public boolean fused() {
    return unfused.isEmpty();
  }

  /**
   * Describes a model in memory.
   *
   * @param file name for messages
   * @throws IllegalArgumentException if the file is not an ONNX model or keeps weights in other
   *     files
   */
  public static OnnxSummary of(String file, byte[] bytes) {
    ModelProto model = OnnxFile.parse(file, bytes);
    GraphProto graph = model.getGraph();
    List<Scope> scopes = Scope.all(model);
    var metadata = new LinkedHashMap<String, String>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    try {
      return new OnnxSummary(
          model.getProducerName(),
          model.getIrVersion(),
          opsets(model),
          metadata,
          TensorType.inputs(graph),
          graph.getOutputList().stream().map(TensorType::of).toList(),
          operators(scopes),
          ParameterCount.of(scopes),
          Unfused.in(scopes),
          Features.in(scopes.get(0)));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(file + ": declares negative or too large shapes", e);
    }
  }

  private static SortedMap<String, Long> opsets(ModelProto model) {
    var opsets = new TreeMap<String, Long>();
    model.getOpsetImportList().forEach(o -> opsets.put(domain(o.getDomain()), o.getVersion()));
    return opsets;
  }

  private static String domain(String written) {
    return written.isEmpty() ? DEFAULT_DOMAIN : written;
  }

  private static SortedMap<String, Integer> operators(List<Scope> scopes) {
    var operators = new TreeMap<String, Integer>();
    for (Scope scope : scopes) {
      for (NodeProto node : scope.nodes()) {
        String domain = domain(node.getDomain());
        operators.merge(
            domain.equals(DEFAULT_DOMAIN) ? node.getOpType() : domain + "." + node.getOpType(),
            1,
            Integer::sum);
      }
    }
    return operators;
  }
}
