package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one name scope: the main graph, the body of an If or Loop, or a function.
 *
 * @param nodes in the order of the file, which ONNX requires to be topological
 * @param constants the constants that the nodes can read
 */
record Scope(List<NodeProto> nodes, Constants constants) {

  /** Returns all scopes of a model, the main graph first. */
  static List<Scope> all(ModelProto model) {
    var scopes = new ArrayList<Scope>();
    add(scopes, null, model.getGraph());
    for (FunctionProto function : model.getFunctionsList()) {
      add(scopes, function.getNodeList(), Constants.of(null, List.of(), function.getNodeList()));
    }
    return scopes;
  }

  private static void add(List<Scope> scopes, @Nullable Constants outer, GraphProto graph) {
    List<NodeProto> nodes = graph.getNodeList();
    add(scopes, nodes, Constants.of(outer, graph.getInitializerList(), nodes));
  }

  /**
   * The depth of this recursion is bounded, because protobuf refuses messages that nest deeper than
   * 100 levels.
   */
  private static void add(List<Scope> scopes, List<NodeProto> nodes, Constants constants) {
    scopes.add(new Scope(nodes, constants));
    for (NodeProto node : nodes) {
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          add(scopes, constants, attribute.getG());
        }
        attribute.getGraphsList().forEach(graph -> add(scopes, constants, graph));
      }
    }
  }

  /**
   * Returns the name of a node, or the name of its output if the exporter did not name the node.
   */
  static String name(NodeProto node) {
    return node.getName().isEmpty() && node.getOutputCount() > 0
        ? node.getOutput(0)
        : node.getName();
  }

  /** Returns the inputs of a node that are computed from the image. */
  List<String> data(NodeProto node) {
    return node.getInputList().stream().filter(i -> !i.isEmpty() && !constants.has(i)).toList();
  }
}
