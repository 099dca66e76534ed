package io.repvit.onnx;

/** A value in one graph: an input, a constant or the output of a node. */
public final class Ref {
  private final GraphBuilder graph;
  private final String name;

  Ref(GraphBuilder graph, String name) {
    this.graph = graph;
    this.name = name;
  }

  /** The only graph whose nodes can take this value. */
  public GraphBuilder graph() {
    return graph;
  }

  String name() {
    return name;
  }
}
