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
 * What the names and shapes in a checkpoint say of its network.
 *
 * @param file name for messages
 * @param keys the layout of the names
 * @param channels width of each stage
 * @param depths blocks of each stage
 * @param form of the first token mixer
 */
public record Recognition(
    String file,
    KeyLayout keys,
    List<Integer> channels,
    List<Integer> depths,
    TokenMixerForm form) {

  /** How many variants a message offers for a network that is none. */
  private static final int NEAREST = 2;

  private static final int SAMPLES = 3;

  public Recognition {
    channels = List.copyOf(channels);
    depths = List.copyOf(depths);
  }

  /**
   * Looks at a checkpoint without taking anything from it.
   *
   * @throws CheckpointException if its names are of no known layout or its norms are folded already
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
            "is no RepViT: no name begins with '%s' (timm's) or '%s' (the authors'), the first of %d"
                + " are %s; pass a checkpoint of the classifier in training form",
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
   * The published variant of these widths and depths. Of two that share them (M0.9 and M1, M1.1 and
   * M2) it is the one that was released with this form of the token mixer.
   *
   * @throws CheckpointException naming the nearest if there is none
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
                        "%s are no published RepViT; the nearest are %s",
                        size(channels, depths),
                        RepVitVariant.all().stream()
                            .sorted(Comparator.comparingInt(this::distance))
                            .limit(NEAREST)
                            .map(v -> v.id() + " with " + size(v.channels(), v.depths()))
                            .collect(joining(" and ")))));
  }

  /**
   * The layout, for a network of the given variant; the form of the token mixer is free.
   *
   * @throws CheckpointException if widths or depths are others
   */
  KeyLayout keysOf(RepVitVariant variant) {
    if (!hasSizeOf(variant)) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "%s are not %s, which has %s; leave --variant out to have it detected",
              size(channels, depths),
              variant.title(),
              size(variant.channels(), variant.depths())));
    }
    return keys;
  }

  /** Output channels of the convolution with a norm that is called {@code key}. */
  static int outputs(Checkpoint checkpoint, String key) {
    String weight = key + ".c.weight";
    Shape shape = checkpoint.shape(weight);
    if (shape.rank() != 4) {
      throw CheckpointException.of(
          checkpoint.name(),
          weight,
          String.format(Locale.ROOT, "is %s, expected [out,in,k,k]", shape));
    }
    return shape.side(0);
  }

  private static boolean hasPrefix(Checkpoint checkpoint, String prefix) {
    return checkpoint.names().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** timm's and the authors' own fusion leaves one convolution in place of a token mixer. */
  private static void requireTrainingForm(Checkpoint checkpoint) {
    Stream.of(TimmKeys.FIRST_TOKEN_MIXER + "weight", AuthorsKeys.FIRST_TOKEN_MIXER + "0.weight")
        .filter(checkpoint::has)
        .findFirst()
        .ifPresent(
            folded -> {
              throw CheckpointException.of(
                  checkpoint.name(),
                  folded,
                  "is a folded token mixer: its fold can no longer be verified; pass the checkpoint"
                      + " in training form, as it was published");
            });
  }

  private boolean hasSizeOf(RepVitVariant variant) {
    return channels.equals(variant.channels()) && depths.equals(variant.depths());
  }

  private int distance(RepVitVariant variant) {
    return distance(channels, variant.channels()) + distance(depths, variant.depths());
  }

  /** Sum of differences; a stage that only one has counts whole. */
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
