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

/** Parses ONNX files. The weights of a parsed model are views of the file's bytes, not copies. */
final class OnnxFile {
  private OnnxFile() {}

  /**
   * Parses a model.
   *
   * @param file name for messages
   * @param bytes the caller must not modify them while the model is in use
   * @throws IllegalArgumentException if the file is not an ONNX model or keeps weights in other
   *     files
   */
  static ModelProto parse(String file, byte[] bytes) {
    ModelProto model;
    try {
      FieldCount.requireWithinLimit(bytes, ModelProto.getDescriptor());
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      in.enableAliasing(true);
      model = ModelProto.parseFrom(in);
      in.checkLastTagWas(0);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": is not an ONNX model: " + e.getMessage(), e);
    }
    if (model.getGraph().getNodeCount() == 0) {
      throw new IllegalArgumentException(file + ": is not an ONNX model: its graph has no nodes");
    }
    requireNoExternalData(file, model.getGraph());
    return model;
  }

  private static void requireNoExternalData(String file, GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      requireInternal(file, tensor);
    }
    for (NodeProto node : graph.getNodeList()) {
      for (AttributeProto attribute : node.getAttributeList()) {
        requireInternal(file, attribute.getT());
        if (attribute.hasG()) {
          requireNoExternalData(file, attribute.getG());
        }
        attribute.getGraphsList().forEach(nested -> requireNoExternalData(file, nested));
      }
    }
  }

  private static void requireInternal(String file, TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: tensor '%s' is stored in another file, expected a model in one file; export it with"
                  + " external_data=False, or load and save it with the Python package onnx",
              file,
              tensor.getName()));
    }
  }
}
