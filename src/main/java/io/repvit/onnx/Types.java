package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;

/** ONNX's forms of what the builder is given. */
final class Types {

  /** Name of the open batch dimension. */
  static final String BATCH = "N";

  private Types() {}

  /** float32 {@code [N, sides...]}. */
  static ValueInfoProto batchOf(String name, int... dims) {
    var shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam(BATCH);
    for (int dim : dims) {
      shape.addDimBuilder().setDimValue(dim);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }

  /** ONNX's form of a named constant. */
  static AttributeProto of(Attribute attribute) {
    var proto = AttributeProto.newBuilder().setName(attribute.name());
    if (attribute instanceof Attribute.Whole a) {
      proto.setType(AttributeProto.AttributeType.INT).setI(a.value());
    } else if (attribute instanceof Attribute.Wholes a) {
      proto.setType(AttributeProto.AttributeType.INTS).addAllInts(a.values());
    } else if (attribute instanceof Attribute.Real a) {
      proto.setType(AttributeProto.AttributeType.FLOAT).setF(a.value());
    } else if (attribute instanceof Attribute.Text a) {
      proto.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(a.value()));
    }
    return proto.build();
  }
}
