package io.repvit.model;

import java.util.List;

/**
 * The size of a network and its cost per image.
 *
 * @param parameters number of learned values, without the running statistics of BatchNorm
 * @param macs multiply-accumulates of convolutions and linear layers for one image; the paper
 *     prints them in units of 1e9 (GMACs)
 */
public record Cost(long parameters, long macs) {

  static Cost of(Network network, int height, int width) {
    var counter = new Counter();
    network.forward(counter, new Extent(height, width));
    return new Cost(counter.parameters, counter.macs);
  }

  /** The height and width of an activation. */
  private record Extent(int height, int width) {
    Extent after(Conv conv) {
      return new Extent(after(height, conv), after(width, conv));
    }

    private static int after(int length, Conv conv) {
      return (length + 2 * conv.padding() - conv.kernel()) / conv.stride() + 1;
    }

    long area() {
      return (long) height * width;
    }
  }

  /** Runs the forward pass on sizes only and sums up the cost of each operation. */
  private static final class Counter implements Ops<Extent> {
    private static final Extent POINT = new Extent(1, 1);
    private long parameters;
    private long macs;

    @Override
    public Extent conv(Extent x, Conv conv) {
      Extent y = x.after(conv);
      int weights = conv.weight().values().length;
      parameters += weights + (conv.bias().isPresent() ? conv.outChannels() : 0);
      macs += weights * y.area();
      return y;
    }

    @Override
    public Extent batchNorm(Extent x, BatchNorm norm) {
      parameters += 2L * norm.channels();
      return x;
    }

    @Override
    public Extent linear(Extent x, Linear linear) {
      parameters += linear.weight().values().length + linear.outputs();
      macs += linear.weight().values().length;
      return x;
    }

    @Override
    public Extent globalAveragePool(Extent x) {
      return POINT;
    }

    @Override
    public Extent gelu(Extent x) {
      return x;
    }

    @Override
    public Extent relu(Extent x) {
      return x;
    }

    @Override
    public Extent sigmoid(Extent x) {
      return x;
    }

    @Override
    public Extent add(Extent x, Extent y) {
      return x;
    }

    @Override
    public Extent scale(Extent x, Extent factor) {
      return x;
    }

    @Override
    public Extent flatten(Extent x) {
      return x;
    }

    @Override
    public Extent mean(List<Extent> xs) {
      return xs.get(0);
    }
  }
}
