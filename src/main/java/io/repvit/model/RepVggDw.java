package io.repvit.model;

/**
 * The token mixer as the released M0.6 to M2.3 were trained: {@code BN(convBN3x3(x) + conv1x1(x) +
 * x)}, all depthwise; paper section 3.3, structural reparameterisation.
 *
 * @param conv 3x3, key {@code conv}
 * @param conv1 1x1 with a bias and no norm of its own, key {@code conv1}
 * @param norm the outer norm, key {@code bn}
 */
public record RepVggDw(ConvNorm conv, Conv conv1, BatchNorm norm) implements ConvLayer {

  /** Side of the larger kernel, in every variant; the design path comes from 5. */
  static final int KERNEL = 3;

  /** Reads the form that the checkpoint has: the keys tell them apart. */
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

  /** {@code W = a (W3 + centre(W1 + 1))}, {@code b = a (b3 + b1) + shift}, a and shift of norm. */
  @Override
  public Conv fuse() {
    return conv.fold().plusPointwise(Fold.of(conv1)).plusIdentity().then(norm).toConv(conv.conv());
  }
}
