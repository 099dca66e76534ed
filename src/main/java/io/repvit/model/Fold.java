package io.repvit.model;

import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.util.Optional;

/**
 * The weight and bias of a convolution or linear layer during folding. The values are double, so
 * that a chain of folds rounds to float32 only once, at the end.
 *
 * <p>It is not a record, because no other class may access its arrays.
 */
final class Fold {
  private final Shape shape;
  private final double[] weight;
  private final double[] bias;

  private Fold(Shape shape, double[] weight, double[] bias) {
    this.shape = shape;
    this.weight = weight;
    this.bias = bias;
  }

  static Fold of(Tensor weight, Tensor bias) {
    return new Fold(weight.shape(), widen(weight), widen(bias));
  }

  static Fold of(Conv conv) {
    double[] bias = conv.bias().map(Fold::widen).orElseGet(() -> new double[conv.outChannels()]);
    return new Fold(conv.weight().shape(), widen(conv.weight()), bias);
  }

  /**
   * Folds a following norm, {@code BN(W x + b)}: {@code W' = a W} and {@code b' = a b + shift},
   * with {@code a} and {@code shift} per output channel.
   */
  Fold then(BatchNorm norm) {
    double[] w = weight.clone();
    double[] b = new double[bias.length];
    int perOutput = weight.length / bias.length;
    for (int o = 0; o < b.length; o++) {
      double a = norm.scale(o);
      for (int i = o * perOutput; i < (o + 1) * perOutput; i++) {
        w[i] *= a;
      }
      b[o] = a * bias[o] + norm.shift(o);
    }
    return new Fold(shape, w, b);
  }

  /**
   * Folds a preceding norm, {@code W BN(x) + b}: {@code W'[o,i] = W[o,i] a[i]}, {@code b'[o] = b[o]
   * + sum_i W[o,i] shift[i]}.
   */
  Fold after(BatchNorm norm) {
    double[] w = weight.clone();
    double[] b = bias.clone();
    int inputs = shape.dim(1);
    for (int o = 0; o < b.length; o++) {
      for (int i = 0; i < inputs; i++) {
        w[o * inputs + i] *= norm.scale(i);
        b[o] += weight[o * inputs + i] * norm.shift(i);
      }
    }
    return new Fold(shape, w, b);
  }

  /** Adds a parallel 1x1 convolution, {@code W x + V x}: {@code W'[centre] = W[centre] + V}. */
  Fold plusPointwise(Fold pointwise) {
    double[] w = weight.clone();
    double[] b = bias.clone();
    for (int i = 0; i < pointwise.weight.length; i++) {
      w[centre(i)] += pointwise.weight[i];
    }
    for (int o = 0; o < b.length; o++) {
      b[o] += pointwise.bias[o];
    }
    return new Fold(shape, w, b);
  }

  /**
   * Adds a residual to a depthwise convolution, {@code W x + x}: {@code W'[centre] = W[centre] +
   * 1}.
   */
  Fold plusIdentity() {
    double[] w = weight.clone();
    for (int o = 0; o < bias.length; o++) {
      w[centre(o)] += 1;
    }
    return new Fold(shape, w, bias);
  }

  /** Adds weights and biases of the same shape. */
  Fold plus(Fold other) {
    double[] w = weight.clone();
    double[] b = bias.clone();
    for (int i = 0; i < w.length; i++) {
      w[i] += other.weight[i];
    }
    for (int i = 0; i < b.length; i++) {
      b[i] += other.bias[i];
    }
    return new Fold(shape, w, b);
  }

  Fold dividedBy(double divisor) {
    double[] w = weight.clone();
    double[] b = bias.clone();
    for (int i = 0; i < w.length; i++) {
      w[i] /= divisor;
    }
    for (int i = 0; i < b.length; i++) {
      b[i] /= divisor;
    }
    return new Fold(shape, w, b);
  }

  /** Rounds to float32. The result has the name, stride and groups of {@code conv}. */
  Conv toConv(Conv conv) {
    return new Conv(conv.name(), weight(), Optional.of(bias()), conv.stride(), conv.groups());
  }

  Tensor weight() {
    return new Tensor(shape, round(weight));
  }

  Tensor bias() {
    return new Tensor(Shape.of(bias.length), round(bias));
  }

  /** Returns the index of the centre of kernel number {@code kernel}. */
  private int centre(int kernel) {
    int area = shape.dim(2) * shape.dim(3);
    return kernel * area + area / 2;
  }

  private static double[] widen(Tensor tensor) {
    double[] wide = new double[tensor.values().length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = tensor.values()[i];
    }
    return wide;
  }

  private static float[] round(double[] values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) values[i];
    }
    return rounded;
  }
}
