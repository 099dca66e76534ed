package io.repvit.model;

/**
 * {@code linear(BN(x))}: timm's {@code NormLinear}, the authors' {@code BN_Linear}.
 *
 * @param norm stored under the key {@code bn}
 * @param linear stored under the key {@code l}
 */
public record NormLinear(BatchNorm norm, Linear linear) implements Head {

  static NormLinear load(Loader loader, String key, int width, int classes) {
    return new NormLinear(
        loader.batchNorm(key + ".bn", width), Linear.load(loader, key + ".l", width, classes));
  }

  @Override
  public int inputs() {
    return linear.inputs();
  }

  @Override
  public int classes() {
    return linear.outputs();
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return linear.forward(ops, ops.batchNorm(x, norm));
  }

  /**
   * Folds the norm into the linear layer: {@code W'[o,i] = W[o,i] a[i]}, {@code b' = b + W shift}.
   */
  @Override
  public Linear fuse() {
    Fold fold = fold();
    return new Linear(linear.name(), fold.weight(), fold.bias());
  }

  Fold fold() {
    return Fold.of(linear.weight(), linear.bias()).after(norm);
  }
}
