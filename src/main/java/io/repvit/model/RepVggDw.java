package io.repvit.model;

/**
 * The token mixer of M0.6 to M2.3 in training form: {@code BN(convBN3x3(x) + conv1x1(x) + x)}. Both
 * convolutions are depthwise. Its fold is the paper's structural reparameterisation, section 3.2.
 *
 * @param conv 3x3, stored under the key {@code conv}
 * @param conv1 1x1 with a bias and without a norm, stored under the key {@code conv1}
 * @param norm the norm after the sum, stored under the key {@code bn}
 */
public record RepVggDw(ConvNorm conv, Conv conv1, BatchNorm norm) implements ConvLayer {

  /** Kernel size in every variant. Early steps of the design path also use 5. */
  static final int KERNEL = 3;

  /** Loads a token mixer. The names in the checkpoint decide which of the two forms it has. */
  static ConvLayer load(Loader loader, KeyLayout.TokenMixerKeys keys, int channels, int kernel) {
    var conv = ConvNorm.load(loader, keys.conv(), ConvSpec.depthwise(channels, kernel, 1));
    var pointwise = ConvSpec.depthwise(channels, 1, 1);
    if (loader.has(keys.conv1() + ".c.weight")) {
      return new LegacyRepVggDw(conv, ConvNorm.load(loader, keys.conv1(), pointwise));
    }
    return new RepVggDw(
        conv, loader.conv(keys.conv1(), pointwise), loader.batchNorm(keys.norm(), channels));
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    T branches = ops.add(conv.forward(ops, x), conv1.forward(ops, x));
    return ops.batchNorm(ops.add(branches, x), norm);
  }

  /**
   * Folds the branches and the norm into one 3x3 convolution: {@code W = a (W3 + centre(W1 + 1))},
   * {@code b = a (b3 + b1) + shift}.
   */
  @Override
  public Conv fuse() {
    return conv.fold().plusPointwise(Fold.of(conv1)).plusIdentity().then(norm).toConv(conv.conv());
  }
}
