package io.repvit.model;

import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.util.Locale;
import java.util.Optional;

/**
 * A convolution with a square kernel, padded by half of it.
 *
 * @param name where it stands in the network, as in {@code stages.0.blocks.0.token_mixer.conv}
 * @param weight {@code [out, in/groups, k, k]}, k odd
 * @param bias {@code [out]}; empty where a norm follows
 * @param stride in both directions
 * @param groups divides in and out; equal to both for a depthwise convolution
 */
public record Conv(String name, Tensor weight, Optional<Tensor> bias, int stride, int groups)
    implements ConvLayer {

  /**
   * @throws IllegalArgumentException if the shapes do not fit together
   */
  public Conv {
    Shape w = weight.shape();
    if (w.rank() != 4 || w.side(2) != w.side(3) || w.side(2) % 2 == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: weight is %s, needs [out,in/groups,k,k] with odd k", name, w));
    }
    if (bias.isPresent() && !bias.get().shape().equals(Shape.of(w.side(0)))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: bias is %s, weight %s needs [%d]",
              name,
              bias.get().shape(),
              w,
              w.side(0)));
    }
    if (stride < 1 || groups < 1 || w.side(0) % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: stride %d and %d groups do not fit %s", name, stride, groups, w));
    }
  }

  /** Side of the kernel. */
  public int kernel() {
    return weight.shape().side(2);
  }

  /** Zeros added on each side of the input. */
  public int padding() {
    return kernel() / 2;
  }

  public int inChannels() {
    return weight.shape().side(1) * groups;
  }

  public int outChannels() {
    return weight.shape().side(0);
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return ops.conv(x, this);
  }

  /** It is one already. */
  @Override
  public Conv fuse() {
    return this;
  }
}
