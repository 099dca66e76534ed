package io.repvit.onnx;

/** Of {@code [N, C, height, width]}; of {@code [N, C]} both are 1. */
record Extent(long height, long width) {
  static final Extent POINT = new Extent(1, 1);

  /**
   * Places.
   *
   * @throws ArithmeticException if they are beyond a long
   */
  long area() {
    return Math.multiplyExact(height, width);
  }
}
