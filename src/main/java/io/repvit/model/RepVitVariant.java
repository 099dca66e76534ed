package io.repvit.model;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A variant of RepViT: its widths and depths, from table 1 and appendix A of the paper and, for the
 * legacy variants, from timm. All variants have 3x3 kernels and an expansion of 2.
 *
 * @param id name on the command line, for example {@code repvit_m0_9}
 * @param title name in the paper, for example {@code RepViT-M0.9}
 * @param channels output channels of each stage; even, because the stem halves the first number
 * @param depths number of blocks in each stage, without the block in its downsampling
 * @param form token mixer form of the released checkpoints; the other form can be loaded too
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

  /** First release; same widths and depths as M0.9. */
  public static final RepVitVariant M1 =
      legacy("repvit_m1", "RepViT-M1", M0_9.channels, M0_9.depths);

  /** First release; same widths and depths as M1.1. */
  public static final RepVitVariant M2 =
      legacy("repvit_m2", "RepViT-M2", M1_1.channels, M1_1.depths);

  /** First release. */
  public static final RepVitVariant M3 =
      legacy("repvit_m3", "RepViT-M3", M1_1.channels, List.of(4, 4, 18, 2));

  private static final List<RepVitVariant> ALL =
      List.of(M0_6, M0_9, M1_0, M1_1, M1_5, M2_3, M1, M2, M3);

  /**
   * @throws IllegalArgumentException if a width or depth is invalid
   */
  public RepVitVariant {
    channels = List.copyOf(channels);
    depths = List.copyOf(depths);
    if (channels.isEmpty() || channels.size() != depths.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: found %d widths and %d depths, expected one of each per stage",
              id,
              channels.size(),
              depths.size()));
    }
    if (channels.stream().anyMatch(c -> c < 2 || c % 2 != 0)) {
      throw new IllegalArgumentException(
          id + ": widths are " + channels + ", expected even numbers of at least 2");
    }
    if (depths.stream().anyMatch(d -> d < 0)) {
      throw new IllegalArgumentException(id + ": depths are " + depths + ", expected at least 0");
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

  /** Returns the published variants. */
  public static List<RepVitVariant> all() {
    return ALL;
  }

  /**
   * Returns the published variant with the given id.
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

  /** Returns the number of values of an embedding: the channels of the last stage. */
  public int width() {
    return channels.get(channels.size() - 1);
  }
}
