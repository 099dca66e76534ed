package io.repvit.model;

/**
 * The stem: {@code conv2(gelu(conv1(x)))}, from 3 channels to C at 1/4 of the resolution. The paper
 * calls it early convolutions, section 3.3.
 *
 * @param conv1 3x3 stride 2, 3 to C/2 channels
 * @param conv2 3x3 stride 2, C/2 to C channels
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
