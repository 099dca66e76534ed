package io.repvit.model;

/**
 * What a convolution of the network looks like before its weights are known.
 *
 * @param kernel side of the square kernel, odd
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

  int[] weightSides() {
    return new int[] {out, in / groups, kernel, kernel};
  }
}
