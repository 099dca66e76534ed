package io.repvit.model;

import static java.util.stream.Collectors.joining;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointException;
import io.repvit.tensor.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The network of a checkpoint, as recognised from the names and shapes of its tensors.
 *
 * @param file name for messages
 * @param keys the naming scheme of the tensors
 * @param channels output channels of each stage
 * @param depths number of blocks in each stage
 * @param form of the first token mixer
 */
public record Recognition(
    String file,
    KeyLayout keys,
    List<Integer> channels,
    List<Integer> depths,
    TokenMixerForm form) {

  /** A message about an unknown network names this many of the nearest variants. */
  private static final int NEAREST = 2;

  /** A message about an unknown file names this many of its tensors. */
  private static final int SAMPLES = 3;

  public Recognition {
    channels = List.copyOf(channels);
    depths = List.copyOf(depths);
  }

  /**
   * Recognises the network of a checkpoint. It takes no tensor from it.
   *
   * @throws CheckpointException if the naming scheme is unknown or the norms are already folded
   */
  public static Recognition of(Checkpoint file) {
    Checkpoint checkpoint = Wrappers.strip(file);
    requireTrainingForm(checkpoint);
    if (hasPrefix(checkpoint, TimmKeys.FIRST_TOKEN_MIXER)) {
      return TimmKeys.recognise(checkpoint);
    }
    if (hasPrefix(checkpoint, AuthorsKeys.FIRST_TOKEN_MIXER)) {
      return AuthorsKeys.recognise(checkpoint);
    }
    throw new CheckpointException(
        checkpoint.name(),
        String.format(
            Locale.ROOT,
            "is not a RepViT checkpoint: no tensor name begins with '%s' (timm) or '%s' (authors), the"
                + " first of %d names are %s; pass a RepViT classifier in training form",
            TimmKeys.FIRST_TOKEN_MIXER,
            AuthorsKeys.FIRST_TOKEN_MIXER,
            checkpoint.names().size(),
            checkpoint.names().stream().limit(SAMPLES).map(n -> "'" + n + "'").toList()));
  }

  static Recognition of(
      Checkpoint checkpoint, KeyLayout keys, List<Integer> channels, List<Integer> depths) {
    boolean legacy = checkpoint.has(keys.block(0, 0).tokenMixer().conv1() + ".c.weight");
    return new Recognition(
        checkpoint.name(),
        keys,
        channels,
        depths,
        legacy ? TokenMixerForm.LEGACY : TokenMixerForm.CURRENT);
  }

  /**
   * Returns the published variant with these widths and depths. M0.9 and M1 have the same ones, as
   * do M1.1 and M2. Of such a pair, it returns the variant that was released with this form of the
   * token mixer.
   *
   * @throws CheckpointException if there is none; the message names the nearest variants
   */
  public RepVitVariant variant() {
    List<RepVitVariant> same = RepVitVariant.all().stream().filter(this::hasSizeOf).toList();
    return same.stream()
        .filter(v -> v.form() == form)
        .findFirst()
        .or(() -> same.stream().findFirst())
        .orElseThrow(
            () ->
                new CheckpointException(
                    file,
                    String.format(
                        Locale.ROOT,
                        "%s match no published RepViT; the nearest are %s",
                        size(channels, depths),
                        RepVitVariant.all().stream()
                            .sorted(Comparator.comparingInt(this::distance))
                            .limit(NEAREST)
                            .map(v -> v.id() + " with " + size(v.channels(), v.depths()))
                            .collect(joining(" and ")))));
  }

  /**
   * Returns the naming scheme if the network has the size of the given variant. The form of the
   * token mixer may differ.
   *
   * @throws CheckpointException if the widths or depths differ
   */
  KeyLayout keysOf(RepVitVariant variant) {
    if (!hasSizeOf(variant)) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "%s do not match %s, which has %s; omit --variant to detect it",
              size(channels, depths),
              variant.title(),
              size(variant.channels(), variant.depths())));
    }
    return keys;
  }

  /** Returns the output channels of the {@link ConvNorm} with the given key. */
  static int outputs(Checkpoint checkpoint, String key) {
    String weight = key + ".c.weight";
    Shape shape = checkpoint.shape(weight);
    if (shape.rank() != 4) {
      throw CheckpointException.of(
          checkpoint.name(),
          weight,
          String.format(Locale.ROOT, "is %s, expected [out,in,k,k]", shape));
    }
    return shape.dim(0);
  }

  private static boolean hasPrefix(Checkpoint checkpoint, String prefix) {
    return checkpoint.names().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** The fusion in timm and in the authors' code replaces a token mixer by one convolution. */
  private static void requireTrainingForm(Checkpoint checkpoint) {
    Stream.of(TimmKeys.FIRST_TOKEN_MIXER + "weight", AuthorsKeys.FIRST_TOKEN_MIXER + "0.weight")
        .filter(checkpoint::has)
        .findFirst()
        .ifPresent(
            folded -> {
              throw CheckpointException.of(
                  checkpoint.name(),
                  folded,
                  "is a token mixer that is already folded, so the fold cannot be verified; pass the"
                      + " checkpoint in training form");
            });
  }

  private boolean hasSizeOf(RepVitVariant variant) {
    return channels.equals(variant.channels()) && depths.equals(variant.depths());
  }

  private int distance(RepVitVariant variant) {
    return distance(channels, variant.channels()) + distance(depths, variant.depths());
  }

  /**
   * Returns the sum of absolute differences; a stage that only one list has counts as if the other
   * had 0.
   */
  private static int distance(List<Integer> a, List<Integer> b) {
    int sum = 0;
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
      sum += Math.abs((i < a.size() ? a.get(i) : 0) - (i < b.size() ? b.get(i) : 0));
    }
    return sum;
  }

  private static String size(List<Integer> channels, List<Integer> depths) {
    return String.format(Locale.ROOT, "widths %s and depths %s", channels, depths);
  }
}
