package io.repvit.onnx;

import static java.util.stream.Collectors.joining;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/**
 * The declaration of an input or output.
 *
 * @param name name of the value
 * @param type element type and shape for display, for example {@code float32 [N,3,224,224]}
 */
public record TensorType(String name, String type) {

  /**
   * Returns the inputs of a graph. Before IR version 4 a graph lists its initialisers as inputs
   * too; they are left out.
   */
  static List<TensorType> inputs(GraphProto graph) {
    var constants = new HashSet<String>();
    for (TensorProto constant : graph.getInitializerList()) {
      constants.add(constant.getName());
    }
    return graph.getInputList().stream()
        .filter(input -> !constants.contains(input.getName()))
        .map(TensorType::of)
        .toList();
  }

  static TensorType of(ValueInfoProto value) {
    TypeProto.Tensor tensor = value.getType().getTensorType();
    String dims =
        tensor.getShape().getDimList().stream()
            .map(TensorType::dim)
            .collect(joining(",", "[", "]"));
    return new TensorType(value.getName(), element(tensor.getElemType()) + " " + dims);
  }

  private static String element(int number) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(number);
    if (type == null) {
      return "type " + number;
    }
    return type == TensorProto.DataType.FLOAT ? "float32" : type.name().toLowerCase(Locale.ROOT);
  }

  private static String dim(Dimension dim) {
    if (dim.hasDimValue()) {
      return Long.toString(dim.getDimValue());
    }
    return dim.getDimParam().isEmpty() ? "?" : dim.getDimParam();
  }
}
