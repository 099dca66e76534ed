package io.repvit.onnx;

/**
 * Quantised weights and bias of a convolution. Weights are int8 with a scale per output channel:
 * {@code real = scales[c] * q}. The bias is int32 in the unit of the products: {@code real =
 * scales[c] * input * q}, where {@code input} is the scale of the input.
 *
 * @param values int8 weights, output channel first
 * @param scales per output channel, positive
 * @param bias per output channel; empty if the layer has no bias
 */
@SuppressWarnings("ArrayRecordComponent") // No caller compares weights.
record Int8Weights(byte[] values, float[] scales, int[] bias) {
  /** A margin for the rounding of the scale to float32. */
  private static final double ROUNDING = 1.0001;

  /**
   * Quantises symmetrically. The scale of a channel maps its largest absolute weight to the largest
   * integer. If the bias would then exceed an int32, the scale is larger.
   *
   * @param weights float32, output channel first
   * @param bias one value per channel, or empty
   * @param channels output channels, a divisor of the number of weights
   * @param input scale of the quantised input
   */
  static Int8Weights of(float[] weights, float[] bias, int channels, float input, WeightBits bits) {
    byte[] values = new byte[weights.length];
    float[] scales = new float[channels];
    int[] steps = new int[bias.length];
    int each = weights.length / channels;
    for (int c = 0; c < channels; c++) {
      float largest = 0;
      for (int i = c * each; i < (c + 1) * each; i++) {
        largest = Math.max(largest, Math.abs(weights[i]));
      }
      float scale = (float) ((double) largest / bits.largest());
      if (scale < Float.MIN_NORMAL) {
        scale = 1;
      }
      if (bias.length > 0) {
        scale = fitting(scale, bias[c], input);
        // The product is float32, as in the graph.
        steps[c] = (int) Math.rint((double) bias[c] / (input * scale));
      }
      scales[c] = scale;
      for (int i = c * each; i < (c + 1) * each; i++) {
        values[i] = (byte) Math.rint(weights[i] / scale);
      }
    }
    return new Int8Weights(values, scales, steps);
  }

  /** Returns the scale, or the smallest larger one with which the bias fits an int32. */
  private static float fitting(float scale, float bias, float input) {
    double least = ROUNDING * Math.abs((double) bias) / Integer.MAX_VALUE;
    double product = (double) input * scale;
    return product < least ? (float) (scale * (least / product)) : scale;
  }
}
