package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.util.Locale;

/** Parses ONNX files; the weights of what it returns are views of the file's bytes. */
final class OnnxFile {
  private OnnxFile() {}

  /**
   * Parses a model.
   *
   * @param file name for messages
   * @param bytes not to be modified as long as the model is used
   * @throws IllegalArgumentException if they are no ONNX model, or not all of one
   */
  static ModelProto parse(String file, byte[] bytes) {
    ModelProto model;
    try {
      FieldCount.requireModest(bytes, ModelProto.getDescriptor());
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      in.enableAliasing(true);
      model = ModelProto.parseFrom(in);
      in.checkLastTagWas(0);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": is not an ONNX model: " + e.getMessage(), e);
    }
    if (model.getGraph().getNodeCount() == 0) {
      throw new IllegalArgumentException(file + ": is not an ONNX model, it has no nodes");
    }
    requireWeightsIn(file, model.getGraph());
    return model;
  }

  private static void requireWeightsIn(String file, GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      requireIn(file, tensor);
    }
    for (NodeProto node : graph.getNodeList()) {
      for (AttributeProto attribute : node.getAttributeList()) {
        requireIn(file, attribute.getT());
        if (attribute.hasG()) {
          requireWeightsIn(file, attribute.getG());
        }
        attribute.getGraphsList().forEach(nested -> requireWeightsIn(file, nested));
      }
    }
  }

  private static void requireIn(String file, TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: tensor '%s' is kept in another file; a model must be one file: export it with"
                  + " external_data=False, or load and save it with the Python package onnx",
              file,
              tensor.getName()));
    }
  }
}
