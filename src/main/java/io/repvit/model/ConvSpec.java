package io.repvit.model;

/**
 * The hyperparameters of a convolution whose weights are not loaded yet.
 *
 * @param in input channels
 * @param out output channels
 * @param kernel height and width of the kernel, odd
 */
record ConvSpec(int in, int out, int kernel, int stride, int groups) {

  static ConvSpec pointwise(int in, int out) {
    return new ConvSpec(in, out, 1, 1, 1);
  }

  static ConvSpec depthwise(int channels, int kernel, int stride) {
    return new ConvSpec(channels, channels, kernel, stride, channels);
  }

  static ConvSpec full(int in, int out, int kernel, int stride) {
    return new ConvSpec(in, out, kernel, stride, 1);
  }

  /** Returns the shape of the weight, {@code [out, in/groups, k, k]}. */
  int[] weightDims() {
    return new int[] {out, in / groups, kernel, kernel};
  }
}
