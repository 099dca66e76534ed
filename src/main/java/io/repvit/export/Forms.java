package io.repvit.export;

import io.repvit.checkpoint.TensorSource;
import io.repvit.image.Preprocessing;
import io.repvit.inference.Gelu;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Origin;
import io.repvit.inference.Precision;
import io.repvit.inference.Tensors;
import io.repvit.model.Cost;
import io.repvit.model.Network;
import io.repvit.onnx.GraphBuilder;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One network as it was trained and folded, both as files in memory: for benchmarks.
 *
 * @param fused as an export writes it
 * @param unfused with every norm and every parallel branch
 * @param cost of the fused network
 * @param agreement of the two
 */
public record Forms(ModelFile fused, ModelFile unfused, Cost cost, Agreement agreement) {

  /**
   * Emits both.
   *
   * @param architecture the family's name on the cards
   * @param name the network's
   * @param trained in training form
   * @param source of its weights
   * @throws ExportException if the two do not agree
   */
  public static Forms of(
      String architecture,
      String name,
      Network trained,
      TensorSource source,
      Preprocessing preprocessing) {
    Network folded = trained.fuse();
    GraphBuilder fused = OnnxEmitter.emit(name, folded, preprocessing);
    GraphBuilder unfused = OnnxEmitter.emit(name, trained, preprocessing);
    Agreement agreement = Exporter.prove(fused, unfused, preprocessing);
    List<String> labels =
        IntStream.range(0, trained.classes()).mapToObj(i -> "class " + i).toList();
    var origin =
        new Origin.Exported(source.sha256(), Exporter.PRODUCER, agreement.logits(), Gelu.ERF);
    Function<Boolean, Map<String, String>> card =
        fold ->
            new ModelCard(
                    architecture,
                    name,
                    ModelCard.CLASSIFICATION,
                    preprocessing,
                    labels,
                    Tensors.standard(trained.width()),
                    fold,
                    new Precision.Float32(),
                    origin)
                .toMetadata();
    return new Forms(
        ModelFile.of(name + ".onnx", fused.toBytes(card.apply(true))),
        ModelFile.of(name + "-unfused.onnx", unfused.toBytes(card.apply(false))),
        folded.cost(preprocessing.height(), preprocessing.width()),
        agreement);
  }
}
