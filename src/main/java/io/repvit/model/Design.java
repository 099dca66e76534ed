package io.repvit.model;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What distinguishes one network of the paper's way from MobileNetV3-L to RepViT-M0.9 from another.
 *
 * @param stages from a quarter of the input's side to a thirty-second
 */
record Design(
    Mixers mixers,
    Stem stem,
    Downsampling downsampling,
    Classifier classifier,
    List<Stage> stages) {

  /** Section 3.2, figure 3. */
  enum Mixers {
    /** {@link InvertedResidual}. */
    COUPLED,
    /** {@link RepVitBlock}, {@link RepVitTransition}. */
    SEPARATE
  }

  /** Section 3.3, figure 4 (a) and (b). */
  enum Stem {
    /** 3x3 stride 2, depthwise separable, and the first stage's entry as a block of stride 2. */
    MOBILE_NET,
    /** {@link RepVitStem}; of the first stage's entry only the width is used. */
    EARLY_CONVOLUTIONS
  }

  /** Section 3.3, figure 4 (c) and (d); of all stages but the first. */
  enum Downsampling {
    /** The entry as a block of stride 2. */
    STRIDED_BLOCK,
    /** {@link RepVitDownsample}; of the entry only width and kernel are used. */
    DEEPER
  }

  /** Section 3.3, figure 4 (e) and (f). */
  enum Classifier {
    /** 1x1 to 960, pooling, {@link ExpandedHead}. */
    EXPANDED,
    /** Pooling, {@link RepVitClassifier}. */
    SIMPLE
  }

  /**
   * One line of MobileNetV3's table.
   *
   * @param kernel side of the depthwise kernel
   * @param expansion hidden channels of the block over those it is given
   * @param width channels it gives
   */
  record Row(int kernel, double expansion, int width, boolean squeezeExcite) {
    int hidden(int in) {
      return divisible(in * expansion);
    }

    Row withKernel(int side) {
      return new Row(side, expansion, width, squeezeExcite);
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
   * Blocks of one resolution.
   *
   * @param entry halves the resolution
   * @param blocks of stride 1
   */
  record Stage(Row entry, List<Row> blocks) {
    Stage {
      blocks = List.copyOf(blocks);
    }

    Stage each(UnaryOperator<Row> change) {
      return new Stage(change.apply(entry), blocks.stream().map(change).toList());
    }

    /** The i-th of the new blocks is as the old one at the same relative depth. */
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
      throw new IllegalArgumentException("the deeper downsampling is made of RepViT blocks");
    }
  }

  /**
   * MobileNetV3's rounding of a width: the nearest multiple of 8, or the next if that were more
   * than a tenth too few.
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

  Design withKernel(int side) {
    return withStages(stage -> stages.get(stage).each(row -> row.withKernel(side)));
  }

  /** In blocks 1, 3, 5, ... of each stage. */
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
