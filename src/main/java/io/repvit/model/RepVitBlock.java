package io.repvit.model;

import java.util.Optional;

/**
 * The RepViT block: {@code y = se(tokenMixer(x))}, then {@code y + channelMixer(y)}. Paper section
 * 3.2, figure 3.
 *
 * @param squeezeExcite present in blocks 1, 3, 5, ... of a stage
 */
public record RepVitBlock(
    ConvLayer tokenMixer, Optional<SqueezeExcite> squeezeExcite, RepVitMlp channelMixer)
    implements Layer {

  static RepVitBlock load(Loader loader, KeyLayout.BlockKeys keys, int channels, boolean useSe) {
    return load(loader, keys, channels, RepVggDw.KERNEL, RepVitMlp.RATIO * channels, useSe);
  }

  /** Loads a block with the kernel size and hidden channels of an early step of the design path. */
  static RepVitBlock load(
      Loader loader,
      KeyLayout.BlockKeys keys,
      int channels,
      int kernel,
      int hidden,
      boolean useSe) {
    return new RepVitBlock(
        RepVggDw.load(loader, keys.tokenMixer(), channels, kernel),
        useSe
            ? Optional.of(SqueezeExcite.load(loader, keys.squeezeExcite(), channels))
            : Optional.empty(),
        RepVitMlp.load(loader, keys.channelMixer(), channels, hidden, channels));
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    T mixed = tokenMixer.forward(ops, x);
    T y = squeezeExcite.map(se -> se.forward(ops, mixed)).orElse(mixed);
    return ops.add(y, channelMixer.forward(ops, y));
  }

  @Override
  public RepVitBlock fuse() {
    return new RepVitBlock(tokenMixer.fuse(), squeezeExcite, channelMixer.fuse());
  }
}
