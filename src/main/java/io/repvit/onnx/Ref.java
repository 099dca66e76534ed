package io.repvit.onnx;

/** A reference to a value of one graph: an input, an initialiser or the output of a node. */
public final class Ref {
  private final GraphBuilder graph;
  private final String name;

  Ref(GraphBuilder graph, String name) {
    this.graph = graph;
    this.name = name;
  }

  /** Returns the graph of the value. Only its nodes can read the value. */
  public GraphBuilder graph() {
    return graph;
  }

  String name() {
    return name;
  }
}
