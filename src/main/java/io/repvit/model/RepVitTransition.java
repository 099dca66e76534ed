package io.repvit.model;

import java.util.Optional;

/**
 * A RepViT block that changes the width or the resolution: {@code channelMixer(se(tokenMixer(x)))}.
 * It has no residual, because input and output have different shapes. Only early steps of the
 * design path have it; later steps use {@link RepVitDownsample}.
 *
 * @param tokenMixer a depthwise {@link ConvNorm} if the stride is 2, otherwise a {@link RepVggDw}
 */
public record RepVitTransition(
    ConvLayer tokenMixer, Optional<SqueezeExcite> squeezeExcite, RepVitMlp channelMixer)
    implements Layer {

  static RepVitTransition load(
      Loader loader, KeyLayout.BlockKeys keys, Design.Row row, int in, int stride) {
    return new RepVitTransition(
        stride == 1
            ? RepVggDw.load(loader, keys.tokenMixer(), in, row.kernel())
            : ConvNorm.load(
                loader, keys.tokenMixer().conv(), ConvSpec.depthwise(in, row.kernel(), stride)),
        row.squeezeExcite()
            ? Optional.of(SqueezeExcite.load(loader, keys.squeezeExcite(), in))
            : Optional.empty(),
        RepVitMlp.load(loader, keys.channelMixer(), in, row.hidden(in), row.width()));
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    T mixed = tokenMixer.forward(ops, x);
    return channelMixer.forward(ops, squeezeExcite.map(se -> se.forward(ops, mixed)).orElse(mixed));
  }

  @Override
  public RepVitTransition fuse() {
    return new RepVitTransition(tokenMixer.fuse(), squeezeExcite, channelMixer.fuse());
  }
}
