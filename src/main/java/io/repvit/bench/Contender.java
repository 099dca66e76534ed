package io.repvit.bench;

import io.repvit.export.Forms;
import io.repvit.export.TimmPreprocessing;
import io.repvit.image.Preprocessing;
import io.repvit.model.DesignNetwork;
import io.repvit.model.DesignStep;
import io.repvit.model.PseudoRandomWeights;
import io.repvit.model.RepVit;
import io.repvit.model.RepVitVariant;
import io.repvit.model.TimmKeys;
import io.repvit.model.TokenMixerForm;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * A network of the design-path benchmark, with its published figures.
 *
 * @param id short and unique
 * @param label name for tables and plots
 * @param phoneMs published latency on an iPhone 12, milliseconds
 * @param top1 published ImageNet-1k accuracy after 300 epochs, per cent; the family is trained with
 *     distillation, the path without
 * @param forms makes the fused and the unfused model, with 1000 classes
 */
public record Contender(
    String id, String label, double phoneMs, OptionalDouble top1, Supplier<Forms> forms) {
  private static final int CLASSES = 1000;

  /** The steps of the paper's section 3. Each changes one thing in the step before it. */
  static List<Contender> path() {
    return List.of(
        step(DesignStep.MOBILE_NET_V3, 1.01, 71.5),
        step(DesignStep.SEPARATE_MIXERS, 0.81, 68.3),
        step(DesignStep.EXPANSION, 0.65, Double.NaN),
        step(DesignStep.WIDTHS, 0.89, 73.5),
        step(DesignStep.EARLY_CONVOLUTIONS, 0.86, 73.9),
        step(DesignStep.DEEPER_DOWNSAMPLING, 0.96, 75.4),
        step(DesignStep.SIMPLE_CLASSIFIER, 0.77, 74.8),
        step(DesignStep.STAGE_RATIO, 0.91, 76.9),
        step(DesignStep.KERNELS, 0.89, 76.9),
        step(DesignStep.CROSS_BLOCK_SE, 0.87, 77.4));
  }

  /**
   * The variants of the paper's table 1; figures of M0.6 and of the first release are from the
   * authors' repository.
   */
  public static List<Contender> family() {
    return List.of(
        variant(RepVitVariant.M0_6, 0.6, 74.1),
        variant(RepVitVariant.M0_9, 0.9, 78.7),
        variant(RepVitVariant.M1_0, 1.0, 80.0),
        variant(RepVitVariant.M1_1, 1.1, 80.7),
        variant(RepVitVariant.M1_5, 1.5, 82.3),
        variant(RepVitVariant.M2_3, 2.3, 83.3),
        variant(RepVitVariant.M1, 0.9, 78.5),
        variant(RepVitVariant.M2, 1.1, 80.6),
        variant(RepVitVariant.M3, 1.3, 81.4));
  }

  private static Contender step(DesignStep step, double phoneMs, double top1) {
    var weights = new PseudoRandomWeights(TokenMixerForm.CURRENT, 1);
    return new Contender(
        step.number(),
        step.number() + "  " + step.title(),
        phoneMs,
        Double.isNaN(top1) ? OptionalDouble.empty() : OptionalDouble.of(top1),
        () ->
            Forms.of(
                "repvit design path",
                "design_path_" + step.number(),
                DesignNetwork.load(weights, step, CLASSES),
                weights,
                preprocessing()));
  }

  private static Contender variant(RepVitVariant variant, double phoneMs, double top1) {
    var weights = PseudoRandomWeights.of(variant);
    return new Contender(
        variant.title().replace("RepViT-", "").replace(" (legacy)", ""),
        variant.title(),
        phoneMs,
        OptionalDouble.of(top1),
        () ->
            Forms.of(
                "repvit",
                variant.id(),
                RepVit.load(weights, variant, new TimmKeys(), CLASSES),
                weights,
                preprocessing()));
  }

  private static Preprocessing preprocessing() {
    return TimmPreprocessing.square(TimmPreprocessing.DEFAULT_SIDE);
  }
}
