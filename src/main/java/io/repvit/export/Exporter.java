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
 * Exports a checkpoint to a fused and verified ONNX file.
 *
 * <p>It emits two graphs, of the folded and of the unfused network, and runs both in ONNX Runtime.
 * It writes the folded graph only if the outputs of both agree, see {@link Agreement#LIMIT}. The
 * file contains a {@link ModelCard}. To export a checkpoint:
 *
 * <pre>{@code
 * Checkpoint checkpoint = CheckpointReader.read(Path.of("repvit_m1_1_distill_300e.pth"));
 * RepVitVariant variant = Recognition.of(checkpoint).variant();
 * List<String> labels = Labels.shipped(Labels.IMAGENET_1K).orElseThrow();
 * ExportResult result =
 *     new Exporter()
 *         .export(checkpoint, variant, labels, TimmPreprocessing.square(224), Path.of("m.onnx"));
 * }</pre>
 *
 * <p>The graph has opset {@link GraphBuilder#OPSET}, the input {@code pixels} (float32 {@code
 * [N,3,H,W]}), and the outputs {@code logits} ({@code [N,classes]}) and {@code embedding} ({@code
 * [N,width]}).
 */
public final class Exporter {

  /** Name and version of this program, stored in the file. */
  public static final String PRODUCER = Product.NAME;

  /**
   * Number of random images that both networks are run on. Their values are normally distributed,
   * which resembles normalised pixels.
   */
  static final int PROOF_IMAGES = 4;

  private static final long PROOF_SEED = 2307_09283L;

  /** The architecture on the model card. */
  private static final String ARCHITECTURE = "repvit";

  private final UnaryOperator<RepVit> fold;
  private final Gelu gelu;

  /** Creates an exporter with exact GELU. */
  public Exporter() {
    this(Gelu.ERF);
  }

  /** Creates an exporter with the given GELU. Both graphs use it, and the model card names it. */
  public Exporter(Gelu gelu) {
    this(RepVit::fuse, gelu);
  }

  /** Creates an exporter with another fold. A test uses it to show that a wrong fold is refused. */
  Exporter(UnaryOperator<RepVit> fold) {
    this(fold, Gelu.ERF);
  }

  private Exporter(UnaryOperator<RepVit> fold, Gelu gelu) {
    this.fold = fold;
    this.gelu = gelu;
  }

  /**
   * Exports a checkpoint in training form, with the tensor names of timm or of the authors.
   *
   * @param labels class names by logit index, one for each class of the checkpoint
   * @param preprocessing input size and transform, see {@link TimmPreprocessing}
   * @param output path of the ONNX file; it is written atomically and replaces an existing file
   * @throws CheckpointException if the checkpoint is damaged or has another variant
   * @throws ExportException if the number of labels is wrong or the outputs of both graphs differ
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
   * Exports a network with {@link PseudoRandomWeights} for benchmarks. It has one class per label.
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

  /** Exports a network that is already loaded. */
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
              "%s has %d classes, found %d labels; pass one label per class, in the order of the logits",
              source.name(),
              classes,
              labels.size()));
    }
    GraphBuilder graph = OnnxEmitter.emit(variant.id(), fused, preprocessing, gelu);
    GraphBuilder reference = OnnxEmitter.emit(variant.id(), trained, preprocessing, gelu);
    Agreement agreement = verify(graph, reference, preprocessing);
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
    byte[] file = graph.toBytes(card.toMetadata());
    AtomicFile.write(output, file);
    return new ExportResult(
        output,
        Sha256.of(file),
        file.length,
        card,
        fused.cost(preprocessing.height(), preprocessing.width()),
        agreement,
        gelu == Gelu.ERF ? 0 : geluEffect(graph, fused, preprocessing));
  }

  /** Returns the effect of the GELU approximation alone: both graphs are fused and optimised. */
  private static double geluEffect(GraphBuilder graph, RepVit fused, Preprocessing preprocessing) {
    GraphBuilder exact = OnnxEmitter.emit("exact GELU", fused, preprocessing);
    return RelativeDifference.of(
        logits(run(graph, Optimisation.ALL, preprocessing)),
        logits(run(exact, Optimisation.ALL, preprocessing)));
  }

  private static float[] logits(Map<String, float[]> outputs) {
    return Objects.requireNonNull(outputs.get(ModelCard.LOGITS));
  }

  /**
   * Requires that the graph is folded. The comparison of outputs alone would also accept a graph
   * that is not.
   */
  private static void requireFolded(OnnxSummary summary) {
    if (!summary.fused()) {
      throw new ExportException(
          String.format(
              Locale.ROOT,
              "the fused network has %s, expected none; nothing was written",
              summary.unfused()));
    }
  }

  /**
   * Verifies a folded graph against the unfused one. The unfused graph runs without optimisations,
   * because ONNX Runtime would fold norms in it and the comparison would then test less.
   *
   * @throws ExportException if the graph is not folded or the outputs differ
   */
  static Agreement verify(GraphBuilder folded, GraphBuilder unfused, Preprocessing preprocessing) {
    requireFolded(OnnxSummary.of("fused network", folded.toBytes(Map.of())));
    return Agreement.require(
        run(folded, Optimisation.ALL, preprocessing),
        run(unfused, Optimisation.NONE, preprocessing));
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
