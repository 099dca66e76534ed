package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;

/** Reads the attributes of a node by name. */
final class NodeAttributes {
  private NodeAttributes() {}

  /** Returns the values of an INTS attribute; empty if the node does not have it. */
  static List<Long> intValues(NodeProto node, String name) {
    return of(node, name).getIntsList();
  }

  /** Returns the value of an INT attribute, or {@code absent} if the node does not have it. */
  static long intValue(NodeProto node, String name, long absent) {
    AttributeProto attribute = of(node, name);
    return attribute.hasI() ? attribute.getI() : absent;
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
