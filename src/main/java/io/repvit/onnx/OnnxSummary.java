package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an ONNX file says about itself; nothing in it is run.
 *
 * @param producer program that wrote it
 * @param irVersion of the format
 * @param opset of the default operator domain, 0 if it imports none
 * @param metadata its {@code metadata_props}, in the file's order
 * @param operators how many nodes of each type, sorted by type
 * @param parameters floating-point values of its constants, without the statistics of norms
 * @param macs multiply-accumulates of convolutions and linear maps per image; empty if an operator
 *     of unknown effect on the size stands before one of them, or the input's size is open
 * @param forks values that two or more convolutions or linear maps read: branches not yet folded
 */
public record OnnxSummary(
    String producer,
    long irVersion,
    long opset,
    Map<String, String> metadata,
    SortedMap<String, Integer> operators,
    long parameters,
    OptionalLong macs,
    int forks) {

  /** 1 GiB; protobuf itself stops at 2. RepViT-M2.3 has 92 MB. */
  public static final long MAX_FILE_BYTES = 1L << 30;

  private static final Set<Integer> FLOATING =
      Set.of(
          TensorProto.DataType.FLOAT_VALUE,
          TensorProto.DataType.FLOAT16_VALUE,
          TensorProto.DataType.BFLOAT16_VALUE,
          TensorProto.DataType.DOUBLE_VALUE);
  private static final Set<String> MAPS = Set.of("Conv", "Gemm", "MatMul");
  private static final String NORM = "BatchNormalization";

  public OnnxSummary {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
  }

  /** Whether no norm and no parallel branch is left. */
  public boolean fused() {
    return forks == 0 && !operators.containsKey(NORM);
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is too large or not an ONNX model
   * @throws IOException if it cannot be read
   */
  public static OnnxSummary read(Path path) throws IOException {
    String file = String.valueOf(path.getFileName());
    long size = Files.size(path);
    if (size > MAX_FILE_BYTES) {
      throw new IllegalArgumentException(
          "%s: has %d bytes, at most %d are read".formatted(file, size, MAX_FILE_BYTES));
    }
    return of(file, Files.readAllBytes(path));
  }

  /**
   * Reads a model in memory.
   *
   * @param file name for messages
   * @throws IllegalArgumentException if it is not an ONNX model
   */
  public static OnnxSummary of(String file, byte[] bytes) {
    ModelProto model;
    try {
      FieldCount.requireModest(bytes, ModelProto.getDescriptor());
      model = ModelProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(file + ": is not an ONNX model: " + e.getMessage(), e);
    }
    GraphProto graph = model.getGraph();
    if (graph.getNodeCount() == 0) {
      throw new IllegalArgumentException(file + ": is not an ONNX model, it has no nodes");
    }
    var metadata = new LinkedHashMap<String, String>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    var operators = new TreeMap<String, Integer>();
    graph.getNodeList().forEach(n -> operators.merge(n.getOpType(), 1, Integer::sum));
    try {
      return new OnnxSummary(
          model.getProducerName(),
          model.getIrVersion(),
          opset(model),
          metadata,
          operators,
          parameters(graph),
          MacCount.of(graph),
          forks(graph));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(file + ": declares shapes beyond any memory", e);
    }
  }

  private static long opset(ModelProto model) {
    return model.getOpsetImportList().stream()
        .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
        .mapToLong(o -> o.getVersion())
        .findFirst()
        .orElse(0);
  }

  private static long parameters(GraphProto graph) {
    var statistics = new HashSet<String>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals(NORM) && node.getInputCount() == 5) {
        statistics.addAll(node.getInputList().subList(3, 5));
      }
    }
    long parameters = 0;
    for (TensorProto constant : graph.getInitializerList()) {
      if (FLOATING.contains(constant.getDataType()) && !statistics.contains(constant.getName())) {
        parameters = Math.addExact(parameters, MacCount.product(constant.getDimsList()));
      }
    }
    return parameters;
  }

  private static int forks(GraphProto graph) {
    var readers = new HashMap<String, Integer>();
    for (NodeProto node : graph.getNodeList()) {
      if (MAPS.contains(node.getOpType())) {
        List<String> inputs = node.getInputList();
        if (!inputs.isEmpty()) {
          readers.merge(inputs.get(0), 1, Integer::sum);
        }
      }
    }
    return (int) readers.values().stream().filter(n -> n > 1).count();
  }
}
