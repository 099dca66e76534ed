package io.repvit.model;

import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.util.Locale;

/**
 * A linear layer, {@code x W^T + b}.
 *
 * @param name of the layer, for example {@code head.head.l}
 * @param weight {@code [out, in]}
 * @param bias {@code [out]}
 */
public record Linear(String name, Tensor weight, Tensor bias) implements Head {

  /**
   * @throws IllegalArgumentException if the shapes are inconsistent
   */
  public Linear {
    Shape w = weight.shape();
    if (w.rank() != 2 || !bias.shape().equals(Shape.of(w.dim(0)))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: weight is %s and bias %s, expected [out,in] and [out]",
              name,
              w,
              bias.shape()));
    }
  }

  static Linear load(Loader loader, String key, int inputs, int outputs) {
    return new Linear(
        key, loader.take(key + ".weight", outputs, inputs), loader.take(key + ".bias", outputs));
  }

  @Override
  public int classes() {
    return outputs();
  }

  public int outputs() {
    return weight.shape().dim(0);
  }

  @Override
  public int inputs() {
    return weight.shape().dim(1);
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return ops.linear(x, this);
  }

  @Override
  public Linear fuse() {
    return this;
  }
}
