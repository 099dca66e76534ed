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
 * Nodes whose values see each other: the model's graph, the body of a branch or loop, or a
 * function.
 *
 * @param nodes in the file's order, which ONNX wants to be that of computation
 * @param constants what the nodes can read beside computed values
 */
record Scope(List<NodeProto> nodes, Constants constants) {

  /** All of a model, its main graph first. */
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

  /** Recursion ends where protobuf's does: it refuses messages nested a hundredfold. */
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

  /** A node's name, or that of its output: exporters need not give any. */
  static String name(NodeProto node) {
    return node.getName().isEmpty() && node.getOutputCount() > 0
        ? node.getOutput(0)
        : node.getName();
  }

  /** What a node reads that is computed from the image. */
  List<String> data(NodeProto node) {
    return node.getInputList().stream().filter(i -> !i.isEmpty() && !constants.has(i)).toList();
  }
}
