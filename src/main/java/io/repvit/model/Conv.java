package io.repvit.model;

import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.util.Locale;
import java.util.Optional;

/**
 * A 2D convolution with a square kernel of odd size k and zero padding of {@code (k - 1) / 2}.
 *
 * @param name of the layer, for example {@code stages.0.blocks.0.token_mixer.conv}
 * @param weight {@code [out, in/groups, k, k]}, k odd
 * @param bias {@code [out]}; empty if a BatchNorm follows
 * @param stride in both dimensions
 * @param groups a divisor of in and out; equal to both in a depthwise convolution
 */
public record Conv(String name, Tensor weight, Optional<Tensor> bias, int stride, int groups)
    implements ConvLayer {

  /**
   * @throws IllegalArgumentException if the shapes, stride and groups are inconsistent
   */
  public Conv {
    Shape w = weight.shape();
    if (w.rank() != 4 || w.dim(2) != w.dim(3) || w.dim(2) % 2 == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: weight is %s, expected [out,in/groups,k,k] with odd k", name, w));
    }
    if (bias.isPresent() && !bias.get().shape().equals(Shape.of(w.dim(0)))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: bias is %s, weight %s requires [%d]",
              name,
              bias.get().shape(),
              w,
              w.dim(0)));
    }
    if (stride < 1 || groups < 1 || w.dim(0) % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: stride %d or %d groups are invalid for weight %s",
              name,
              stride,
              groups,
              w));
    }
  }

  /** Returns the height and width of the kernel. */
  public int kernel() {
    return weight.shape().dim(2);
  }

  /** Returns the number of zeros added at each edge of the input. */
  public int padding() {
    return kernel() / 2;
  }

  public int outChannels() {
    return weight.shape().dim(0);
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return ops.conv(x, this);
  }

  /** Returns this: a convolution needs no fold. */
  @Override
  public Conv fuse() {
    return this;
  }
}
