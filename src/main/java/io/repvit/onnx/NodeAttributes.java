package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;

/** A node's attributes by their names. */
final class NodeAttributes {
  private NodeAttributes() {}

  /** Empty where there is no such attribute. */
  static List<Long> wholes(NodeProto node, String name) {
    return of(node, name).getIntsList();
  }

  static long whole(NodeProto node, String name, long otherwise) {
    AttributeProto attribute = of(node, name);
    return attribute.hasI() ? attribute.getI() : otherwise;
  }

  private static AttributeProto of(NodeProto node, String name) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        return attribute;
      }
    }
    return AttributeProto.getDefaultInstance();
  }
}
