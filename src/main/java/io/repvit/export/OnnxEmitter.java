package io.repvit.export;

import io.repvit.image.Preprocessing;
import io.repvit.inference.Gelu;
import io.repvit.inference.ModelCard;
import io.repvit.model.Network;
import io.repvit.onnx.GraphBuilder;
import io.repvit.onnx.Ref;

/** Emits a network as an ONNX graph, folded or in training form. */
final class OnnxEmitter {
  private static final int RGB = 3;

  private OnnxEmitter() {}

  /** Emits a network with exact GELU. */
  static GraphBuilder emit(String name, Network network, Preprocessing preprocessing) {
    return emit(name, network, preprocessing, Gelu.ERF);
  }

  /**
   * Emits a network.
   *
   * @param name name of the graph
   */
  static GraphBuilder emit(String name, Network network, Preprocessing preprocessing, Gelu gelu) {
    var graph = new GraphBuilder(name, Exporter.PRODUCER);
    Ref pixels = graph.input(ModelCard.INPUT, RGB, preprocessing.height(), preprocessing.width());
    Network.Outputs<Ref> outputs = network.forward(new OnnxOps(graph, gelu), pixels);
    graph.output(outputs.logits(), ModelCard.LOGITS, network.classes());
    graph.output(outputs.embedding(), ModelCard.EMBEDDING, network.width());
    return graph;
  }
}
