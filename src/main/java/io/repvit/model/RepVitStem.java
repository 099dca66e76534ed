package io.repvit.model;

/**
 * {@code conv2(gelu(conv1(x)))}, early convolutions from 3 channels to C at a quarter of the size;
 * paper section 3.4.
 *
 * @param conv1 3x3 stride 2, to C/2
 * @param conv2 3x3 stride 2, to C
 */
public record RepVitStem(ConvLayer conv1, ConvLayer conv2) implements Layer {
  private static final int RGB = 3;

  static RepVitStem load(Loader loader, int channels) {
    return new RepVitStem(
        ConvNorm.load(loader, loader.keys().stem(1), ConvSpec.full(RGB, channels / 2, 3, 2)),
        ConvNorm.load(loader, loader.keys().stem(2), ConvSpec.full(channels / 2, channels, 3, 2)));
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return conv2.forward(ops, ops.gelu(conv1.forward(ops, x)));
  }

  @Override
  public RepVitStem fuse() {
    return new RepVitStem(conv1.fuse(), conv2.fuse());
  }
}
