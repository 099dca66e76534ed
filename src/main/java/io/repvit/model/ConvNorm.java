package io.repvit.model;

import java.util.Optional;

/**
 * {@code BN(conv(x))}, the convolution without a bias; timm's {@code ConvNorm}, the authors' {@code
 * Conv2d_BN}.
 *
 * @param conv key {@code c}
 * @param norm key {@code bn}
 */
public record ConvNorm(Conv conv, BatchNorm norm) implements ConvLayer {

  static ConvNorm load(Loader loader, String key, ConvSpec spec) {
    return new ConvNorm(
        new Conv(
            key,
            loader.take(key + ".c.weight", spec.weightSides()),
            Optional.empty(),
            spec.stride(),
            spec.groups()),
        loader.batchNorm(key + ".bn", spec.out()));
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return ops.batchNorm(conv.forward(ops, x), norm);
  }

  /** {@code W' = W gamma / sqrt(var+eps)}, {@code b' = beta - mean gamma / sqrt(var+eps)}. */
  @Override
  public Conv fuse() {
    return fold().toConv(conv);
  }

  Fold fold() {
    return Fold.of(conv).then(norm);
  }
}
