package io.repvit.model;

/** A classifier of images, in training form or folded. */
public sealed interface Network permits RepVit, DesignNetwork {

  /**
   * What one pass yields.
   *
   * @param logits {@code [N,classes]}, before softmax
   * @param embedding {@code [N,width]}, pooled features before the head
   */
  record Outputs<T>(T logits, T embedding) {}

  /**
   * The forward pass.
   *
   * @param pixels float32 {@code [N,3,H,W]}, RGB, normalised
   */
  <T> Outputs<T> forward(Ops<T> ops, T pixels);

  /** The same function in convolutions, activations, squeeze-excite and linear maps. */
  Network fuse();

  Head head();

  /** Length of a row of logits. */
  default int classes() {
    return head().classes();
  }

  /** Length of a row of the embedding. */
  default int width() {
    return head().inputs();
  }

  /** Parameters and work for one image of the given size in pixels. */
  default Cost cost(int height, int width) {
    return Cost.of(this, height, width);
  }
}
