package io.repvit.export;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointException;
import io.repvit.checkpoint.Sha256;
import io.repvit.checkpoint.TensorSource;
import io.repvit.image.Preprocessing;
import io.repvit.inference.Gelu;
import io.repvit.inference.ModelCard;
import io.repvit.inference.OnnxProbe;
import io.repvit.inference.OnnxProbe.Optimisation;
import io.repvit.inference.Origin;
import io.repvit.inference.Precision;
import io.repvit.inference.Product;
import io.repvit.inference.RelativeDifference;
import io.repvit.inference.Tensors;
import io.repvit.model.PseudoRandomWeights;
import io.repvit.model.RepVit;
import io.repvit.model.RepVitVariant;
import io.repvit.model.TimmKeys;
import io.repvit.onnx.GraphBuilder;
import io.repvit.onnx.OnnxSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Checkpoint in, verified fused ONNX file out. The network is emitted twice, folded and as it was
 * trained; ONNX Runtime runs both, and only when they agree is a file written.
 */
public final class Exporter {

  /** Name and version as in {@code pom.xml}; they stand in the file. */
  public static final String PRODUCER = Product.NAME;

  /** Images that both networks see, normally distributed as normalised pixels are. */
  static final int PROOF_IMAGES = 4;

  private static final long PROOF_SEED = 2307_09283L;

  /** The family's name on the card. */
  private static final String ARCHITECTURE = "repvit";

  private final UnaryOperator<RepVit> fold;
  private final Gelu gelu;

  /** With exact GELU. */
  public Exporter() {
    this(Gelu.ERF);
  }

  /** With one GELU in the product, its proof and its card. */
  public Exporter(Gelu gelu) {
    this(RepVit::fuse, gelu);
  }

  /** With another fold, for the test that a wrong one is refused. */
  Exporter(UnaryOperator<RepVit> fold) {
    this(fold, Gelu.ERF);
  }

  private Exporter(UnaryOperator<RepVit> fold, Gelu gelu) {
    this.fold = fold;
    this.gelu = gelu;
  }

  /**
   * Exports a checkpoint in training form, of timm's or the authors' layout.
   *
   * @param labels class names by logit index, as many as the checkpoint has classes
   * @param output written whole or not at all, replaced if it is there
   * @throws CheckpointException if the checkpoint is damaged or not of this variant
   * @throws ExportException if labels and classes disagree or the fold cannot be verified
   * @throws IOException if the file cannot be written
   */
  public ExportResult export(
      Checkpoint checkpoint,
      RepVitVariant variant,
      List<String> labels,
      Preprocessing preprocessing,
      Path output)
      throws IOException {
    RepVit network = RepVit.load(checkpoint, variant);
    return export(network, checkpoint, variant, labels, preprocessing, output);
  }

  /**
   * Exports a network of {@link PseudoRandomWeights} with timm's names, for benchmarks; as many
   * classes as labels.
   *
   * @throws IOException if the file cannot be written
   */
  public ExportResult exportPseudoRandom(
      RepVitVariant variant, List<String> labels, Preprocessing preprocessing, Path output)
      throws IOException {
    var weights = PseudoRandomWeights.of(variant);
    RepVit network = RepVit.load(weights, variant, new TimmKeys(), labels.size());
    return export(network, weights, variant, labels, preprocessing, output);
  }

  /** As above, of a network that is loaded already. */
  ExportResult export(
      RepVit trained,
      TensorSource source,
      RepVitVariant variant,
      List<String> labels,
      Preprocessing preprocessing,
      Path output)
      throws IOException {
    AtomicFile.requireFolderOf(output);
    RepVit fused = fold.apply(trained);
    int classes = fused.classes();
    if (labels.size() != classes) {
      throw new ExportException(
          String.format(
              Locale.ROOT,
              "%s has %d classes, found %d labels; pass one label per class, in the order of training",
              source.name(),
              classes,
              labels.size()));
    }
    GraphBuilder product = OnnxEmitter.emit(variant.id(), fused, preprocessing, gelu);
    GraphBuilder proof = OnnxEmitter.emit(variant.id(), trained, preprocessing, gelu);
    Agreement agreement = prove(product, proof, preprocessing);
    var card =
        new ModelCard(
            ARCHITECTURE,
            variant.id(),
            ModelCard.CLASSIFICATION,
            preprocessing,
            labels,
            Tensors.standard(variant.width()),
            true,
            new Precision.Float32(),
            new Origin.Exported(source.sha256(), PRODUCER, agreement.logits(), gelu));
    byte[] file = product.toBytes(card.toMetadata());
    AtomicFile.write(output, file);
    return new ExportResult(
        output,
        Sha256.of(file),
        file.length,
        card,
        fused.cost(preprocessing.height(), preprocessing.width()),
        agreement,
        gelu == Gelu.ERF ? 0 : geluEffect(product, fused, preprocessing));
  }

  /** Of the approximation alone: both networks are fused and optimised. */
  private static double geluEffect(
      GraphBuilder product, RepVit fused, Preprocessing preprocessing) {
    GraphBuilder exact = OnnxEmitter.emit("exact GELU", fused, preprocessing);
    return RelativeDifference.of(
        logits(run(product, Optimisation.ALL, preprocessing)),
        logits(run(exact, Optimisation.ALL, preprocessing)));
  }

  private static float[] logits(Map<String, float[]> outputs) {
    return Objects.requireNonNull(outputs.get(ModelCard.LOGITS));
  }

  /** Outputs agree as well if nothing was folded: look at the graph itself. */
  private static void requireFolded(OnnxSummary summary) {
    if (!summary.fused()) {
      throw new ExportException(
          String.format(
              Locale.ROOT,
              "the fused network still has %s; nothing was written",
              summary.unfused()));
    }
  }

  /**
   * The unfused graph runs unoptimised: ONNX Runtime folds norms too, and is not to mark itself.
   */
  static Agreement prove(GraphBuilder product, GraphBuilder proof, Preprocessing preprocessing) {
    requireFolded(OnnxSummary.of("fused network", product.toBytes(Map.of())));
    return Agreement.require(
        run(product, Optimisation.ALL, preprocessing),
        run(proof, Optimisation.NONE, preprocessing));
  }

  private static Map<String, float[]> run(
      GraphBuilder graph, Optimisation optimisation, Preprocessing preprocessing) {
    float[] images = new float[PROOF_IMAGES * preprocessing.values()];
    var random = new Random(PROOF_SEED);
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    long[] shape = {PROOF_IMAGES, 3, preprocessing.height(), preprocessing.width()};
    return OnnxProbe.run(graph.toBytes(Map.of()), optimisation, ModelCard.INPUT, images, shape);
  }
}
