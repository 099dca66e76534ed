package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;

/** Converts shapes and attributes to protobuf messages. */
final class Types {

  /** Name of the dynamic batch dimension. */
  static final String BATCH = "N";

  private Types() {}

  /** Returns the declaration of a float32 value of shape {@code [N, dims...]}. */
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

  /** Returns an attribute as a protobuf message. */
  static AttributeProto of(Attribute attribute) {
    var proto = AttributeProto.newBuilder().setName(attribute.name());
    if (attribute instanceof Attribute.IntValue a) {
      proto.setType(AttributeProto.AttributeType.INT).setI(a.value());
    } else if (attribute instanceof Attribute.IntList a) {
      proto.setType(AttributeProto.AttributeType.INTS).addAllInts(a.values());
    } else if (attribute instanceof Attribute.FloatValue a) {
      proto.setType(AttributeProto.AttributeType.FLOAT).setF(a.value());
    } else if (attribute instanceof Attribute.StringValue a) {
      proto.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(a.value()));
    }
    return proto.build();
  }
}
