package io.repvit.model;

/**
 * The channel mixer {@code conv2(gelu(conv1(x)))}, C to 2C to C.
 *
 * @param conv1 1x1
 * @param conv2 1x1
 */
public record RepVitMlp(ConvLayer conv1, ConvLayer conv2) implements Layer {

  /** Expansion in every variant; paper section 3.2. */
  static final int RATIO = 2;

  static RepVitMlp load(Loader loader, KeyLayout.MlpKeys keys, int channels) {
    return new RepVitMlp(
        ConvNorm.load(loader, keys.conv1(), ConvSpec.pointwise(channels, RATIO * channels)),
        ConvNorm.load(loader, keys.conv2(), ConvSpec.pointwise(RATIO * channels, channels)));
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
