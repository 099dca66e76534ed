package io.repvit.model;

import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.util.Locale;

/**
 * Batch normalisation at inference, per channel: {@code y = gamma * (x - mean) / sqrt(var + eps) +
 * beta}.
 *
 * @param name of the layer in the network, for example {@code stem.conv1.bn}
 * @param gamma {@code [C]}, PyTorch's {@code weight}
 * @param beta {@code [C]}, PyTorch's {@code bias}
 * @param mean {@code [C]}, PyTorch's {@code running_mean}
 * @param var {@code [C]}, PyTorch's {@code running_var}, at least 0
 */
public record BatchNorm(String name, Tensor gamma, Tensor beta, Tensor mean, Tensor var) {

  /** The default of PyTorch, used in the training of RepViT. */
  public static final double EPSILON = 1e-5;

  /**
   * @throws IllegalArgumentException if the shapes differ or a variance is negative
   */
  public BatchNorm {
    Shape channels = Shape.of(gamma.values().length);
    for (Tensor t : new Tensor[] {gamma, beta, mean, var}) {
      if (!t.shape().equals(channels)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: gamma, beta, mean or var is %s, expected %s",
                name,
                t.shape(),
                channels));
      }
    }
    for (float v : var.values()) {
      if (v < 0) {
        throw new IllegalArgumentException(
            name + ": running_var has the negative value " + v + ", expected at least 0");
      }
    }
  }

  public int channels() {
    return gamma.values().length;
  }

  /** Returns {@code a = gamma / sqrt(var + eps)}; then {@code y = a x + shift}. */
  double scale(int channel) {
    return gamma.values()[channel] / Math.sqrt(var.values()[channel] + EPSILON);
  }

  /** Returns {@code shift = beta - mean * a}. */
  double shift(int channel) {
    return beta.values()[channel] - mean.values()[channel] * scale(channel);
  }
}
