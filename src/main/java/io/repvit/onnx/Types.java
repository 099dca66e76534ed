package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.repvit.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Converts shapes and attributes to protobuf messages. */
final class Types {

  /** Name of the dynamic batch dimension. */
  static final String BATCH = "N";

  private Types() {}

  /**
   * Returns the declaration of a float32 value of shape {@code [N, dims...]}.
   *
   * @param dims {@link GraphBuilder#DYNAMIC} stands for a dimension of any size
   */
  static ValueInfoProto batchOf(String name, int... dims) {
    var shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam(BATCH);
    for (int dim : dims) {
      var added = shape.addDimBuilder();
      if (dim != GraphBuilder.DYNAMIC) {
        added.setDimValue(dim);
      }
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

  /** Returns an initialiser. */
  static TensorProto constant(String name, Tensor tensor) {
    var bytes =
        ByteBuffer.allocate(Math.multiplyExact(tensor.values().length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.values());
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .setRawData(UnsafeByteOperations.unsafeWrap(bytes))
        .addAllDims(tensor.shape().dims().stream().map(Integer::longValue).toList())
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
