package io.repvit.model;

import io.repvit.model.Design.Classifier;
import io.repvit.model.Design.Downsampling;
import io.repvit.model.Design.Mixers;
import io.repvit.model.Design.Row;
import io.repvit.model.Design.Stem;
import java.util.List;

/**
 * The paper's way from MobileNetV3-L to RepViT-M0.9, section 3: each step is the one before with
 * one thing changed. The networks between were never released. These are reconstructions; what the
 * paper leaves open is said at each step, and in {@code docs/design-path.md}.
 */
public enum DesignStep {
  /**
   * MobileNetV3-L (arXiv 1905.02244, table 1), section 3.1. Open: the paper says GELU and not
   * where; here in place of ReLU and hard-swish alike, as in RepViT, but not inside squeeze-excite.
   * The gate is a sigmoid as in RepViT, for no step changes it, instead of MobileNetV3's
   * hard-sigmoid.
   */
  MOBILE_NET_V3("0", "MobileNetV3-L with GELU", mobileNetV3()),

  /**
   * RepViT blocks with MobileNetV3's expansions, section 3.2. Open: blocks of stride 2 get a plain
   * depthwise convolution, as all released ones have; a block that changes width has no residual;
   * hidden channels and squeeze-excite follow from the block's input, squeeze-excite reduces as in
   * RepViT; the stem's depthwise separable convolution, already in that order, stays.
   */
  SEPARATE_MIXERS(
      "1", "separate mixers, reparameterised", MOBILE_NET_V3.design.with(Mixers.SEPARATE)),

  /** Section 3.2. Open: the stem's depthwise separable convolution still expands nothing. */
  EXPANSION("2a", "expansion 2", SEPARATE_MIXERS.design.withExpansion(RepVitMlp.RATIO)),

  /**
   * Section 3.2. Open: both widths of MobileNetV3's third stage, 80 and 112, become 192; the stem's
   * 16, the classifier's 960 and 1280 stay.
   */
  WIDTHS("2b", "widths 48, 96, 192, 384", EXPANSION.design.withWidths(48, 96, 192, 384)),

  /** 24 and 48 filters, section 3.3. Blocks are 1:2:5:2 without those of stride 2. */
  EARLY_CONVOLUTIONS("3", "early convolutions", WIDTHS.design.with(Stem.EARLY_CONVOLUTIONS)),

  /**
   * Section 3.3. Open: there is no squeeze-excite in the downsampling; the block before it has the
   * kernel of the stage it ends, the strided convolution that of the stage it begins.
   */
  DEEPER_DOWNSAMPLING(
      "4", "deeper downsampling", EARLY_CONVOLUTIONS.design.with(Downsampling.DEEPER)),

  /** Section 3.3. Open: a norm is before the linear layer, as in the released code. */
  SIMPLE_CLASSIFIER("5", "simple classifier", DEEPER_DOWNSAMPLING.design.with(Classifier.SIMPLE)),

  /**
   * Section 3.3. Open: the new blocks have squeeze-excite where MobileNetV3 has it at the same
   * relative depth: in none of the first stage, in all of the second and fourth, in the last 5 of
   * 14 of the third.
   */
  STAGE_RATIO("6", "depths 2, 2, 14, 2", SIMPLE_CLASSIFIER.design.withDepths(2, 2, 14, 2)),

  /** Section 3.4. */
  KERNELS("7", "all kernels 3x3", STAGE_RATIO.design.withKernel(RepVggDw.KERNEL)),

  /** Section 3.4; the same network as {@link RepVitVariant#M0_9}. */
  CROSS_BLOCK_SE("8", "cross-block SE: M0.9", KERNELS.design.withCrossBlockSqueezeExcite());

  private final String number;
  private final String title;
  private final Design design;

  DesignStep(String number, String title, Design design) {
    this.number = number;
    this.title = title;
    this.design = design;
  }

  /** As in {@code 2a}. */
  public String number() {
    return number;
  }

  /** What is changed, in a few words. */
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
