package io.repvit.model;

import io.repvit.model.Design.Classifier;
import io.repvit.model.Design.Downsampling;
import io.repvit.model.Design.Mixers;
import io.repvit.model.Design.Row;
import io.repvit.model.Design.Stem;
import java.util.List;

/**
 * The paper's path from MobileNetV3-L to RepViT-M0.9 (section 3). Each step changes one thing in
 * the previous step. The authors did not release the intermediate networks, so these are
 * reconstructions. Each step, and {@code docs/design-path.md}, lists what the paper leaves open and
 * what is chosen here.
 */
public enum DesignStep {
  /**
   * MobileNetV3-L (arXiv 1905.02244, table 1) with GELU, section 3.1. The paper does not say which
   * activations become GELU. Here GELU replaces every ReLU and hard-swish, as in RepViT, except in
   * squeeze-excite. The squeeze-excite gate is a sigmoid as in RepViT, not MobileNetV3's
   * hard-sigmoid, because no later step changes it.
   */
  MOBILE_NET_V3("0", "MobileNetV3-L with GELU", mobileNetV3()),

  /**
   * RepViT blocks with the expansions of MobileNetV3, section 3.2. Chosen here: a block of stride 2
   * has a plain depthwise convolution, as in all released networks. A block that changes the width
   * has no residual. The hidden channels and the squeeze-excite width are computed from the input
   * channels of the block; squeeze-excite reduces as in RepViT. The depthwise separable convolution
   * of the stem already has this order and stays.
   */
  SEPARATE_MIXERS(
      "1", "separate mixers, reparameterised", MOBILE_NET_V3.design.with(Mixers.SEPARATE)),

  /**
   * An expansion of 2 in all blocks, section 3.2. Chosen here: the depthwise separable convolution
   * of the stem still has no expansion.
   */
  EXPANSION("2a", "expansion 2", SEPARATE_MIXERS.design.withExpansion(RepVitMlp.RATIO)),

  /**
   * The widths of RepViT-M0.9, section 3.2. Chosen here: both widths in the third stage of
   * MobileNetV3, 80 and 112, become 192. The stem keeps 16 channels, the classifier 960 and 1280.
   */
  WIDTHS("2b", "widths 48, 96, 192, 384", EXPANSION.design.withWidths(48, 96, 192, 384)),

  /**
   * A stem of two convolutions with 24 and 48 channels, section 3.3. The stages then have 1, 2, 5
   * and 2 blocks of stride 1.
   */
  EARLY_CONVOLUTIONS("3", "early convolutions", WIDTHS.design.with(Stem.EARLY_CONVOLUTIONS)),

  /**
   * Deeper downsampling between stages, section 3.3. Chosen here: it has no squeeze-excite. Its
   * first block has the kernel size of the previous stage, its strided convolution that of the next
   * stage.
   */
  DEEPER_DOWNSAMPLING(
      "4", "deeper downsampling", EARLY_CONVOLUTIONS.design.with(Downsampling.DEEPER)),

  /**
   * A linear classifier, section 3.3. Chosen here: a BatchNorm precedes it, as in the released
   * code.
   */
  SIMPLE_CLASSIFIER("5", "simple classifier", DEEPER_DOWNSAMPLING.design.with(Classifier.SIMPLE)),

  /**
   * The stage ratio of RepViT-M0.9, section 3.3. Chosen here: a block has squeeze-excite if
   * MobileNetV3 has it at the same relative depth. These are no blocks of the first stage, all of
   * the second and fourth, and the last 5 of the 14 in the third.
   */
  STAGE_RATIO("6", "depths 2, 2, 14, 2", SIMPLE_CLASSIFIER.design.withDepths(2, 2, 14, 2)),

  /** Only 3x3 kernels, section 3.4. */
  KERNELS("7", "all kernels 3x3", STAGE_RATIO.design.withKernel(RepVggDw.KERNEL)),

  /** Squeeze-excite in every other block, section 3.4. This is {@link RepVitVariant#M0_9}. */
  CROSS_BLOCK_SE("8", "cross-block SE: M0.9", KERNELS.design.withCrossBlockSqueezeExcite());

  private final String number;
  private final String title;
  private final Design design;

  DesignStep(String number, String title, Design design) {
    this.number = number;
    this.title = title;
    this.design = design;
  }

  /** Returns the number of the step, for example {@code 2a}. */
  public String number() {
    return number;
  }

  /** Returns a short description of the change. */
  public String title() {
    return title;
  }

  Design design() {
    return design;
  }

  private static Design mobileNetV3() {
    Row k5c40 = new Row(5, 3, 40, true);
    Row e23c80 = new Row(3, 2.3, 80, false);
    Row c112 = new Row(3, 6, 112, true);
    Row k5c160 = new Row(5, 6, 160, true);
    return new Design(
        Mixers.COUPLED,
        Stem.MOBILE_NET,
        Downsampling.STRIDED_BLOCK,
        Classifier.EXPANDED,
        List.of(
            Design.stage(new Row(3, 4, 24, false), new Row(3, 3, 24, false)),
            Design.stage(k5c40, k5c40, k5c40),
            Design.stage(
                new Row(3, 6, 80, false), new Row(3, 2.5, 80, false), e23c80, e23c80, c112, c112),
            Design.stage(k5c160, k5c160, k5c160)));
  }
}
