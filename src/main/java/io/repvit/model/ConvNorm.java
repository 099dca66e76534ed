package io.repvit.model;

import java.util.Optional;

/**
 * {@code BN(conv(x))} with a convolution that has no bias: timm's {@code ConvNorm}, the authors'
 * {@code Conv2d_BN}.
 *
 * @param conv stored under the key {@code c}
 * @param norm stored under the key {@code bn}
 */
public record ConvNorm(Conv conv, BatchNorm norm) implements ConvLayer {

  static ConvNorm load(Loader loader, String key, ConvSpec spec) {
    return new ConvNorm(
        new Conv(
            key,
            loader.take(key + ".c.weight", spec.weightDims()),
            Optional.empty(),
            spec.stride(),
            spec.groups()),
        loader.batchNorm(key + ".bn", spec.out()));
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return ops.batchNorm(conv.forward(ops, x), norm);
  }

  /**
   * Folds the norm into the convolution: {@code W' = W gamma / sqrt(var+eps)}, {@code b' = beta -
   * mean gamma / sqrt(var+eps)}.
   */
  @Override
  public Conv fuse() {
    return fold().toConv(conv);
  }

  Fold fold() {
    return Fold.of(conv).then(norm);
  }
}
