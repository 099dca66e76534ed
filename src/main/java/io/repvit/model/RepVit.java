package io.repvit.model;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointException;
import io.repvit.checkpoint.TensorSource;
import io.repvit.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A RepViT image classifier, in training form or folded.
 *
 * <p>Input: float32 {@code [N,3,H,W]}, RGB, normalised; H and W are multiples of 32. Outputs:
 * logits {@code [N,classes]} and the embedding {@code [N,width]}. To load a checkpoint and fold it:
 *
 * <pre>{@code
 * Checkpoint checkpoint = CheckpointReader.read(Path.of("repvit_m1_1_distill_300e.pth"));
 * RepVitVariant variant = Recognition.of(checkpoint).variant();
 * RepVit network = RepVit.load(checkpoint, variant).fuse();
 * Cost cost = network.cost(224, 224);
 * }</pre>
 *
 * <p>{@code Exporter} of the package {@code export} writes the network as a verified ONNX file.
 *
 * <p>Source: arXiv 2307.09283. Structure and tensor names follow timm's {@code models/repvit.py}.
 *
 * @param stem from the image to the first stage, at 1/4 of the resolution
 * @param stages four in every published variant
 * @param head from the embedding to the logits
 */
public record RepVit(RepVitStem stem, List<RepVitStage> stages, Head head) implements Network {

  public RepVit {
    stages = List.copyOf(stages);
  }

  /**
   * Builds the network of a checkpoint in training form. The checkpoint decides the naming scheme,
   * the form of the token mixers, and the number of heads and classes.
   *
   * @throws CheckpointException if the checkpoint has another variant, or a tensor is missing,
   *     unused or of another shape
   */
  public static RepVit load(Checkpoint checkpoint, RepVitVariant variant) {
    Checkpoint tensors = Wrappers.strip(checkpoint);
    KeyLayout keys = Recognition.of(tensors).keysOf(variant);
    return load(tensors, variant, keys, classes(tensors, keys));
  }

  /**
   * Returns the number of classes of a checkpoint's head.
   *
   * @throws CheckpointException if there is no head
   */
  public static int classes(Checkpoint checkpoint) {
    Checkpoint tensors = Wrappers.strip(checkpoint);
    return classes(tensors, Recognition.of(tensors).keys());
  }

  private static int classes(Checkpoint checkpoint, KeyLayout keys) {
    String weight = keys.head() + ".l.weight";
    if (!checkpoint.has(weight)) {
      throw CheckpointException.of(
          checkpoint.name(),
          weight,
          "is missing, so the network has no classifier head; pass a checkpoint of a classifier");
    }
    Shape shape = checkpoint.shape(weight);
    if (shape.rank() != 2) {
      throw CheckpointException.of(
          checkpoint.name(),
          weight,
          String.format(Locale.ROOT, "is %s, expected [classes,width]", shape));
    }
    return shape.dim(0);
  }

  /**
   * Builds the network from any source of tensors, with the given naming scheme and number of
   * classes.
   */
  public static RepVit load(
      TensorSource source, RepVitVariant variant, KeyLayout keys, int classes) {
    var loader = new Loader(source, keys, variant.title());
    var stem = RepVitStem.load(loader, variant.channels().get(0));
    var stages = new ArrayList<RepVitStage>();
    for (int stage = 0; stage < variant.channels().size(); stage++) {
      stages.add(RepVitStage.load(loader, variant, stage));
    }
    var head = RepVitClassifier.load(loader, variant.width(), classes);
    source.requireAllTaken();
    return new RepVit(stem, stages, head);
  }

  @Override
  public <T> Outputs<T> forward(Ops<T> ops, T pixels) {
    T x = stem.forward(ops, pixels);
    for (RepVitStage stage : stages) {
      x = stage.forward(ops, x);
    }
    T embedding = ops.flatten(ops.globalAveragePool(x));
    return new Outputs<>(head.forward(ops, embedding), embedding);
  }

  @Override
  public RepVit fuse() {
    return new RepVit(stem.fuse(), stages.stream().map(RepVitStage::fuse).toList(), head.fuse());
  }
}
