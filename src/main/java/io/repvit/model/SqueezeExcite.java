package io.repvit.model;

/**
 * Squeeze-and-excitation: {@code x * sigmoid(fc2(relu(fc1(pool(x)))))}, with global average pooling
 * and 1x1 convolutions that have a bias. Paper section 3.4.
 *
 * @param fc1 C to {@link #reduced} channels
 * @param fc2 {@link #reduced} to C channels
 */
public record SqueezeExcite(Conv fc1, Conv fc2) implements Layer {
  private static final double RATIO = 0.25;
  private static final int DIVISOR = 8;

  /**
   * Returns C/4 rounded to the nearest multiple of 8, at least 8, as timm's {@code make_divisible(C
   * * 0.25, 8, round_limit=0)}.
   */
  static int reduced(int channels) {
    return Math.max(DIVISOR, (int) (channels * RATIO + DIVISOR / 2.0) / DIVISOR * DIVISOR);
  }

  static SqueezeExcite load(Loader loader, KeyLayout.SqueezeExciteKeys keys, int channels) {
    return load(loader, keys, channels, reduced(channels));
  }

  static SqueezeExcite load(
      Loader loader, KeyLayout.SqueezeExciteKeys keys, int channels, int reduced) {
    return new SqueezeExcite(
        loader.conv(keys.fc1(), ConvSpec.pointwise(channels, reduced)),
        loader.conv(keys.fc2(), ConvSpec.pointwise(reduced, channels)));
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    T squeezed = ops.relu(fc1.forward(ops, ops.globalAveragePool(x)));
    return ops.scale(x, ops.sigmoid(fc2.forward(ops, squeezed)));
  }

  /** Returns this: it has no norm and no branch to fold. */
  @Override
  public SqueezeExcite fuse() {
    return this;
  }
}
