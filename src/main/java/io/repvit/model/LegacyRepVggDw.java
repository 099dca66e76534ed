package io.repvit.model;

/**
 * The token mixer of the first release (M1, M2, M3) in training form: {@code convBN3x3(x) +
 * convBN1x1(x) + x}. Both convolutions are depthwise. No norm follows the sum.
 *
 * @param conv 3x3, stored under the key {@code conv}
 * @param conv1 1x1, stored under the key {@code conv1}
 */
public record LegacyRepVggDw(ConvNorm conv, ConvNorm conv1) implements ConvLayer {

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return ops.add(ops.add(conv.forward(ops, x), conv1.forward(ops, x)), x);
  }

  /**
   * Folds the branches into one 3x3 convolution: {@code W = W3 + centre(W1 + 1)}, {@code b = b3 +
   * b1}.
   */
  @Override
  public Conv fuse() {
    return conv.fold().plusPointwise(conv1.fold()).plusIdentity().toConv(conv.conv());
  }
}
