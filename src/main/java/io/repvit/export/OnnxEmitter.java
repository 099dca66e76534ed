package io.repvit.export;

import io.repvit.image.Preprocessing;
import io.repvit.inference.ModelCard;
import io.repvit.model.RepVit;
import io.repvit.onnx.GraphBuilder;
import io.repvit.onnx.Ref;

/** A network as an ONNX graph, as it is: a folded one gives the product, the other its proof. */
final class OnnxEmitter {
  private static final int RGB = 3;

  private OnnxEmitter() {}

  /**
   * @param name of the graph
   * @param classes length of a row of logits
   * @param width length of a row of the embedding
   */
  static GraphBuilder emit(
      String name, RepVit network, Preprocessing preprocessing, int classes, int width) {
    var graph = new GraphBuilder(name, Exporter.PRODUCER);
    Ref pixels = graph.input(ModelCard.INPUT, RGB, preprocessing.height(), preprocessing.width());
    RepVit.Outputs<Ref> outputs = network.forward(new OnnxOps(graph), pixels);
    graph.output(outputs.logits(), ModelCard.LOGITS, classes);
    graph.output(outputs.embedding(), ModelCard.EMBEDDING, width);
    return graph;
  }
}
