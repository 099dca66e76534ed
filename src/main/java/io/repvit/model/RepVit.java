package io.repvit.model;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointException;
import io.repvit.checkpoint.TensorSource;
import io.repvit.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * RepViT for classification, in training form or folded.
 *
 * <p>Source: arXiv 2307.09283; structure and keys as timm's {@code models/repvit.py} has them.
 */
public record RepVit(RepVitStem stem, List<RepVitStage> stages, Head head) implements Network {

  public RepVit {
    stages = List.copyOf(stages);
  }

  /**
   * Builds the network of a checkpoint in training form; its layout, its forms of token mixers and
   * its numbers of heads and classes are the file's.
   *
   * @throws CheckpointException if it is of another variant, or a tensor is missing, left over or
   *     of another shape
   */
  public static RepVit load(Checkpoint checkpoint, RepVitVariant variant) {
    Checkpoint tensors = Wrappers.strip(checkpoint);
    KeyLayout keys = Recognition.of(tensors).keysOf(variant);
    return load(tensors, variant, keys, classes(tensors, keys));
  }

  /**
   * How many classes the head of a checkpoint has.
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
          "is missing: the network has no head for classes; pass a checkpoint of the classifier");
    }
    Shape shape = checkpoint.shape(weight);
    if (shape.rank() != 2) {
      throw CheckpointException.of(
          checkpoint.name(),
          weight,
          String.format(Locale.ROOT, "is %s, expected [classes,width]", shape));
    }
    return shape.side(0);
  }

  /** As above, for a source that does not say how many classes it has. */
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
