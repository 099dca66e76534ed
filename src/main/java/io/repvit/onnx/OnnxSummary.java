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
 * What an ONNX file says about itself; nothing in it is run.
 *
 * @param producer program that wrote it
 * @param irVersion of the format
 * @param opsets versions by domain, sorted; the default domain is {@code ai.onnx}
 * @param metadata its {@code metadata_props}, in the file's order
 * @param inputs what it computes from, as declared
 * @param outputs what it computes, as declared
 * @param operators how many nodes of each type, sorted by type, with the domain if it is not the
 *     default one; nested graphs and functions included
 * @param parameters values that were trained
 * @param unfused what is left of its training
 * @param features what the last linear map reads; empty if there is none
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

  /** Whether nothing is left of its training. */
  public boolean fused() {
    return unfused.isEmpty();
  }

  /**
   * Reads a model in memory.
   *
   * @param file name for messages
   * @throws IllegalArgumentException if it is not an ONNX model, or keeps weights elsewhere
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
      throw new IllegalArgumentException(file + ": declares shapes beyond any memory", e);
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
