package io.repvit.onnx;

/**
 * Weights as int8 with one scale per output channel, {@code real = scale[c] q}, and the bias in the
 * unit of their products with the input, {@code real = scale[c] input q}.
 *
 * @param values of the weights, channels first
 * @param scales by channel, positive
 * @param bias by channel; none if the layer has none
 */
@SuppressWarnings("ArrayRecordComponent") // written once, read once
record Int8Weights(byte[] values, float[] scales, int[] bias) {
  private static final double ROUNDING = 1.0001;

  /**
   * The scale that makes the channel's largest weight the largest integer, or a coarser one where
   * the bias would not fit an int32 otherwise.
   *
   * @param weights float32, channels first
   * @param bias one per channel, or none
   * @param channels a divisor of the number of weights
   * @param input scale of what the weights are multiplied with
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
        // Their product is float32 in the graph too.
        steps[c] = (int) Math.rint((double) bias[c] / (input * scale));
      }
      scales[c] = scale;
      for (int i = c * each; i < (c + 1) * each; i++) {
        values[i] = (byte) Math.rint(weights[i] / scale);
      }
    }
    return new Int8Weights(values, scales, steps);
  }

  /** {@code scale}, or that with which the bias is just within an int32, rounding included. */
  private static float fitting(float scale, float bias, float input) {
    double least = ROUNDING * Math.abs((double) bias) / Integer.MAX_VALUE;
    double product = (double) input * scale;
    return product < least ? (float) (scale * (least / product)) : scale;
  }
}
