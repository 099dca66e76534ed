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
 * The fused and the unfused form of a network as model files in memory, for benchmarks.
 *
 * @param fused the model that an export writes
 * @param unfused the model in training form, with all norms and parallel branches
 * @param cost parameters and MACs of the fused network
 * @param agreement relative difference of the two
 */
public record Forms(ModelFile fused, ModelFile unfused, Cost cost, Agreement agreement) {

  /**
   * Builds both forms.
   *
   * @param architecture network family on the model cards
   * @param name variant on the model cards
   * @param trained the network in training form
   * @param source source of its weights
   * @throws ExportException if the outputs of the two forms differ
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
    Agreement agreement = Exporter.verify(fused, unfused, preprocessing);
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
