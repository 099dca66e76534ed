package io.repvit.model;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Computes one image naively, in double precision: the oracle of the fold tests. */
final class DoubleOps implements Ops<DoubleOps.Map3> {

  /** {@code [C,H,W]}. */
  record Map3(double[][][] values) {
    int channels() {
      return values.length;
    }

    int height() {
      return values[0].length;
    }

    int width() {
      return values[0][0].length;
    }
  }

  @Override
  public Map3 conv(Map3 x, Conv conv) {
    int k = conv.kernel();
    int height = (x.height() + 2 * conv.padding() - k) / conv.stride() + 1;
    int width = (x.width() + 2 * conv.padding() - k) / conv.stride() + 1;
    int perGroup = conv.weight().shape().dim(1);
    int outPerGroup = conv.outChannels() / conv.groups();
    double[][][] y = new double[conv.outChannels()][height][width];
    for (int o = 0; o < y.length; o++) {
      for (int r = 0; r < height; r++) {
        for (int c = 0; c < width; c++) {
          double sum = conv.bias().isPresent() ? conv.bias().get().values()[o] : 0;
          for (int i = 0; i < perGroup; i++) {
            for (int dr = 0; dr < k; dr++) {
              for (int dc = 0; dc < k; dc++) {
                int row = r * conv.stride() + dr - conv.padding();
                int col = c * conv.stride() + dc - conv.padding();
                if (row >= 0 && row < x.height() && col >= 0 && col < x.width()) {
                  float w = conv.weight().values()[((o * perGroup + i) * k + dr) * k + dc];
                  sum += w * x.values()[o / outPerGroup * perGroup + i][row][col];
                }
              }
            }
          }
          y[o][r][c] = sum;
        }
      }
    }
    return new Map3(y);
  }

  @Override
  public Map3 batchNorm(Map3 x, BatchNorm n) {
    double[][][] y = new double[x.channels()][x.height()][x.width()];
    for (int ch = 0; ch < y.length; ch++) {
      double deviation = Math.sqrt(n.var().values()[ch] + 1e-5);
      for (int r = 0; r < x.height(); r++) {
        for (int c = 0; c < x.width(); c++) {
          double normal = (x.values()[ch][r][c] - n.mean().values()[ch]) / deviation;
          y[ch][r][c] = n.gamma().values()[ch] * normal + n.beta().values()[ch];
        }
      }
    }
    return new Map3(y);
  }

  /** The tanh form: both sides of a fold test use it, so it need not be exact. */
  @Override
  public Map3 gelu(Map3 x) {
    return each(x, v -> 0.5 * v * (1 + Math.tanh(0.7978845608 * (v + 0.044715 * v * v * v))));
  }

  @Override
  public Map3 relu(Map3 x) {
    return each(x, v -> Math.max(v, 0));
  }

  @Override
  public Map3 sigmoid(Map3 x) {
    return each(x, v -> 1 / (1 + Math.exp(-v)));
  }

  @Override
  public Map3 add(Map3 x, Map3 y) {
    return both(x, y, (a, b) -> a + b);
  }

  @Override
  public Map3 scale(Map3 x, Map3 factor) {
    return both(x, factor, (a, b) -> a * b);
  }

  @Override
  public Map3 globalAveragePool(Map3 x) {
    double[][][] y = new double[x.channels()][1][1];
    for (int ch = 0; ch < y.length; ch++) {
      for (double[] row : x.values()[ch]) {
        for (double v : row) {
          y[ch][0][0] += v / (x.height() * x.width());
        }
      }
    }
    return new Map3(y);
  }

  @Override
  public Map3 flatten(Map3 x) {
    return x;
  }

  @Override
  public Map3 linear(Map3 x, Linear linear) {
    double[][][] y = new double[linear.outputs()][1][1];
    for (int o = 0; o < y.length; o++) {
      y[o][0][0] = linear.bias().values()[o];
      for (int i = 0; i < linear.inputs(); i++) {
        y[o][0][0] += linear.weight().values()[o * linear.inputs() + i] * x.values()[i][0][0];
      }
    }
    return new Map3(y);
  }

  @Override
  public Map3 mean(List<Map3> xs) {
    Map3 sum = xs.stream().reduce(this::add).orElseThrow();
    return each(sum, v -> v / xs.size());
  }

  private static Map3 each(Map3 x, DoubleUnaryOperator f) {
    return both(x, x, (a, b) -> f.applyAsDouble(a));
  }

  private static Map3 both(Map3 x, Map3 y, DoubleBinaryOperator f) {
    double[][][] z = new double[x.channels()][x.height()][x.width()];
    for (int ch = 0; ch < x.channels(); ch++) {
      for (int r = 0; r < x.height(); r++) {
        for (int c = 0; c < x.width(); c++) {
          double right = y.values()[ch][y.height() == 1 ? 0 : r][y.width() == 1 ? 0 : c];
          z[ch][r][c] = f.applyAsDouble(x.values()[ch][r][c], right);
        }
      }
    }
    return new Map3(z);
  }
}
