package io.repvit.model;

/** An image classification network, in training form or folded. */
public sealed interface Network permits RepVit, DesignNetwork {

  /**
   * The outputs of a forward pass.
   *
   * @param logits {@code [N,classes]}, before softmax
   * @param embedding {@code [N,width]}, the pooled features that the head reads
   */
  record Outputs<T>(T logits, T embedding) {}

  /**
   * Runs the forward pass on the given operations.
   *
   * @param pixels float32 {@code [N,3,H,W]}, RGB, normalised
   */
  <T> Outputs<T> forward(Ops<T> ops, T pixels);

  /** Returns a network that computes the same function without BatchNorm and parallel branches. */
  Network fuse();

  Head head();

  /** Returns the number of classes. */
  default int classes() {
    return head().classes();
  }

  /** Returns the number of values of an embedding. */
  default int width() {
    return head().inputs();
  }

  /** Returns the number of parameters, and the MACs for one image of the given size in pixels. */
  default Cost cost(int height, int width) {
    return Cost.of(this, height, width);
  }
}
