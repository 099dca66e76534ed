package io.repvit.model;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Widths and depths of a member of the family; table 1 and appendix A of the paper, the legacy ones
 * from timm. All have 3x3 kernels and an expansion of 2.
 *
 * @param id as users write it: {@code repvit_m0_9}
 * @param title as the paper writes it: {@code RepViT-M0.9}
 * @param channels width of each stage; even, because the stem has half of the first
 * @param depths blocks of each stage, without the one inside its downsampler
 * @param form how its released checkpoints were trained; another can be loaded as well
 */
public record RepVitVariant(
    String id, String title, List<Integer> channels, List<Integer> depths, TokenMixerForm form) {

  public static final RepVitVariant M0_6 =
      current("repvit_m0_6", "RepViT-M0.6", List.of(40, 80, 160, 320), List.of(1, 1, 8, 1));
  public static final RepVitVariant M0_9 =
      current("repvit_m0_9", "RepViT-M0.9", List.of(48, 96, 192, 384), List.of(2, 2, 14, 2));
  public static final RepVitVariant M1_0 =
      current("repvit_m1_0", "RepViT-M1.0", List.of(56, 112, 224, 448), List.of(2, 2, 14, 2));
  public static final RepVitVariant M1_1 =
      current("repvit_m1_1", "RepViT-M1.1", List.of(64, 128, 256, 512), List.of(2, 2, 12, 2));
  public static final RepVitVariant M1_5 =
      current("repvit_m1_5", "RepViT-M1.5", List.of(64, 128, 256, 512), List.of(4, 4, 24, 4));
  public static final RepVitVariant M2_3 =
      current("repvit_m2_3", "RepViT-M2.3", List.of(80, 160, 320, 640), List.of(6, 6, 34, 2));

  /** First release, as wide and deep as M0.9. */
  public static final RepVitVariant M1 =
      legacy("repvit_m1", "RepViT-M1", M0_9.channels, M0_9.depths);

  /** First release, as wide and deep as M1.1. */
  public static final RepVitVariant M2 =
      legacy("repvit_m2", "RepViT-M2", M1_1.channels, M1_1.depths);

  /** First release. */
  public static final RepVitVariant M3 =
      legacy("repvit_m3", "RepViT-M3", M1_1.channels, List.of(4, 4, 18, 2));

  private static final List<RepVitVariant> ALL =
      List.of(M0_6, M0_9, M1_0, M1_1, M1_5, M2_3, M1, M2, M3);

  /**
   * @throws IllegalArgumentException if a width or depth cannot be built
   */
  public RepVitVariant {
    channels = List.copyOf(channels);
    depths = List.copyOf(depths);
    if (channels.isEmpty() || channels.size() != depths.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %d widths and %d depths, needs one of each per stage",
              id,
              channels.size(),
              depths.size()));
    }
    if (channels.stream().anyMatch(c -> c < 2 || c % 2 != 0)) {
      throw new IllegalArgumentException(id + ": widths " + channels + ", must be even");
    }
    if (depths.stream().anyMatch(d -> d < 0)) {
      throw new IllegalArgumentException(id + ": depths " + depths + ", must be at least 0");
    }
  }

  private static RepVitVariant current(
      String id, String title, List<Integer> channels, List<Integer> depths) {
    return new RepVitVariant(id, title, channels, depths, TokenMixerForm.CURRENT);
  }

  private static RepVitVariant legacy(
      String id, String title, List<Integer> channels, List<Integer> depths) {
    return new RepVitVariant(id, title + " (legacy)", channels, depths, TokenMixerForm.LEGACY);
  }

  /** The published variants. */
  public static List<RepVitVariant> all() {
    return ALL;
  }

  /**
   * The published variant of that id.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static RepVitVariant byId(String id) {
    return ALL.stream()
        .filter(v -> v.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "variant is '%s', expected one of %s",
                        id,
                        ALL.stream().map(v -> v.id).collect(Collectors.joining(", ")))));
  }

  /** Values of the pooled features. */
  public int width() {
    return channels.get(channels.size() - 1);
  }
}
