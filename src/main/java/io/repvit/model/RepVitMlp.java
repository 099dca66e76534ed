package io.repvit.model;

/**
 * The channel mixer {@code conv2(gelu(conv1(x)))}, with C, 2C and C channels in every variant.
 *
 * @param conv1 1x1, C to 2C
 * @param conv2 1x1, 2C to C
 */
public record RepVitMlp(ConvLayer conv1, ConvLayer conv2) implements Layer {

  /** Expansion ratio of every variant; paper section 3.2. */
  static final int RATIO = 2;

  static RepVitMlp load(Loader loader, KeyLayout.MlpKeys keys, int channels) {
    return load(loader, keys, channels, RATIO * channels, channels);
  }

  static RepVitMlp load(Loader loader, KeyLayout.MlpKeys keys, int in, int hidden, int out) {
    return new RepVitMlp(
        ConvNorm.load(loader, keys.conv1(), ConvSpec.pointwise(in, hidden)),
        ConvNorm.load(loader, keys.conv2(), ConvSpec.pointwise(hidden, out)));
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return conv2.forward(ops, ops.gelu(conv1.forward(ops, x)));
  }

  @Override
  public RepVitMlp fuse() {
    return new RepVitMlp(conv1.fuse(), conv2.fuse());
  }
}
