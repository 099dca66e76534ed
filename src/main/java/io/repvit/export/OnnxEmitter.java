package io.repvit.export;

import io.repvit.image.Preprocessing;
import io.repvit.inference.Gelu;
import io.repvit.inference.ModelCard;
import io.repvit.model.Network;
import io.repvit.onnx.GraphBuilder;
import io.repvit.onnx.Ref;

/** A network as an ONNX graph, as it is: a folded one gives the product, the other its proof. */
final class OnnxEmitter {
  private static final int RGB = 3;

  private OnnxEmitter() {}

  /** With exact GELU. */
  static GraphBuilder emit(String name, Network network, Preprocessing preprocessing) {
    return emit(name, network, preprocessing, Gelu.ERF);
  }

  /**
   * @param name of the graph
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
