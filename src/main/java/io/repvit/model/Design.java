package io.repvit.model;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The hyperparameters that change from step to step on the paper's path from MobileNetV3-L to
 * RepViT-M0.9.
 *
 * @param stages the stages in order; the first works at 1/4 of the input resolution, the last at
 *     1/32
 */
record Design(
    Mixers mixers,
    Stem stem,
    Downsampling downsampling,
    Classifier classifier,
    List<Stage> stages) {

  /** How a block mixes tokens and channels: paper section 3.2, figure 3. */
  enum Mixers {
    /** Blocks are {@link InvertedResidual}. */
    COUPLED,
    /** Blocks are {@link RepVitBlock} or {@link RepVitTransition}. */
    SEPARATE
  }

  /** The first layers: paper section 3.3, figure 4 (a) and (b). */
  enum Stem {
    /**
     * A 3x3 convolution of stride 2, a depthwise separable convolution, and a block of stride 2
     * made from the entry of the first stage.
     */
    MOBILE_NET,
    /** {@link RepVitStem}. It uses only the width of the first stage's entry. */
    EARLY_CONVOLUTIONS
  }

  /** How the later stages halve the resolution: paper section 3.3, figure 4 (c) and (d). */
  enum Downsampling {
    /** The entry of the stage is a block of stride 2. */
    STRIDED_BLOCK,
    /** {@link RepVitDownsample}. It uses only the width and the kernel of the entry. */
    DEEPER
  }

  /** The classifier: paper section 3.3, figure 4 (e) and (f). */
  enum Classifier {
    /** A 1x1 convolution to 960 channels, pooling, and {@link ExpandedHead}. */
    EXPANDED,
    /** Pooling and {@link RepVitClassifier}. */
    SIMPLE
  }

  /**
   * One block, as a row of table 1 in the MobileNetV3 paper describes it.
   *
   * @param kernel height and width of the depthwise kernel
   * @param expansion hidden channels divided by input channels
   * @param width output channels
   */
  record Row(int kernel, double expansion, int width, boolean squeezeExcite) {
    int hidden(int in) {
      return divisible(in * expansion);
    }

    Row withKernel(int size) {
      return new Row(size, expansion, width, squeezeExcite);
    }

    Row withExpansion(double ratio) {
      return new Row(kernel, ratio, width, squeezeExcite);
    }

    Row withWidth(int channels) {
      return new Row(kernel, expansion, channels, squeezeExcite);
    }

    Row withSqueezeExcite(boolean present) {
      return new Row(kernel, expansion, width, present);
    }
  }

  /**
   * The blocks of one resolution.
   *
   * @param entry the block that halves the resolution
   * @param blocks the blocks of stride 1
   */
  record Stage(Row entry, List<Row> blocks) {
    Stage {
      blocks = List.copyOf(blocks);
    }

    Stage each(UnaryOperator<Row> change) {
      return new Stage(change.apply(entry), blocks.stream().map(change).toList());
    }

    /**
     * Returns a stage with {@code depth} blocks; each copies the old block at the same relative
     * depth.
     */
    Stage withDepth(int depth) {
      return withBlocks(depth, i -> blocks.get(i * blocks.size() / depth));
    }

    Stage withBlocks(int depth, IntFunction<Row> block) {
      return new Stage(entry, IntStream.range(0, depth).mapToObj(block).toList());
    }
  }

  Design {
    stages = List.copyOf(stages);
    if (downsampling == Downsampling.DEEPER && mixers == Mixers.COUPLED) {
      throw new IllegalArgumentException(
          "downsampling DEEPER needs mixers SEPARATE, found COUPLED");
    }
  }

  /**
   * Rounds a width as MobileNetV3 does: to the nearest multiple of 8, or to the next one if the
   * nearest is more than 10 % too small.
   */
  static int divisible(double channels) {
    int nearest = Math.max(8, (int) (channels + 4) / 8 * 8);
    return nearest < 0.9 * channels ? nearest + 8 : nearest;
  }

  Design with(Mixers m) {
    return new Design(m, stem, downsampling, classifier, stages);
  }

  Design with(Stem s) {
    return new Design(mixers, s, downsampling, classifier, stages);
  }

  Design with(Downsampling d) {
    return new Design(mixers, stem, d, classifier, stages);
  }

  Design with(Classifier c) {
    return new Design(mixers, stem, downsampling, c, stages);
  }

  Design withExpansion(double ratio) {
    return withStages(stage -> stages.get(stage).each(row -> row.withExpansion(ratio)));
  }

  Design withWidths(int... channels) {
    return withStages(stage -> stages.get(stage).each(row -> row.withWidth(channels[stage])));
  }

  Design withDepths(int... depths) {
    return withStages(stage -> stages.get(stage).withDepth(depths[stage]));
  }

  Design withKernel(int size) {
    return withStages(stage -> stages.get(stage).each(row -> row.withKernel(size)));
  }

  /** Returns a design with squeeze-excite in blocks 1, 3, 5, ... of each stage, counted from 1. */
  Design withCrossBlockSqueezeExcite() {
    return withStages(
        stage -> {
          Stage s = stages.get(stage);
          return s.withBlocks(
              s.blocks().size(), i -> s.blocks().get(i).withSqueezeExcite(i % 2 == 0));
        });
  }

  private Design withStages(IntFunction<Stage> change) {
    var changed = IntStream.range(0, stages.size()).mapToObj(change).toList();
    return new Design(mixers, stem, downsampling, classifier, changed);
  }

  static Stage stage(Row entry, Row... blocks) {
    return new Stage(entry, Arrays.asList(blocks));
  }
}
