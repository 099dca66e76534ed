package io.repvit.inference;

import io.repvit.inference.Precision.Int8;
import io.repvit.inference.Precision.Loss;
import io.repvit.inference.Precision.Sample;
import io.repvit.onnx.WeightBits;
import java.util.LinkedHashMap;
import java.util.Map;

/** The entries of a model card that describe int8 quantisation. */
final class Int8Entries {
  private static final String BITS = "int8.weight-bits";
  private static final String FLOAT_SHA256 = "int8.float.sha256";
  private static final String SAMPLE_IMAGES = "int8.calibration.images";
  private static final String SAMPLE_SHA256 = "int8.calibration.sha256";
  private static final String LOSS_IMAGES = "int8.compared.images";
  private static final String LARGEST = "int8.difference.largest";
  private static final String MEAN = "int8.difference.mean";
  private static final String AGREEMENT = "int8.agreement";

  private Int8Entries() {}

  /** Returns the entries in a fixed order. */
  static Map<String, String> of(Int8 int8) {
    var m = new LinkedHashMap<String, String>();
    m.put(BITS, Integer.toString(int8.bits().number()));
    m.put(FLOAT_SHA256, int8.floatSha256());
    m.put(SAMPLE_IMAGES, Integer.toString(int8.sample().images()));
    m.put(SAMPLE_SHA256, int8.sample().sha256());
    m.put(LOSS_IMAGES, Integer.toString(int8.loss().images()));
    m.put(LARGEST, Double.toString(int8.loss().largest()));
    m.put(MEAN, Double.toString(int8.loss().mean()));
    m.put(AGREEMENT, Double.toString(int8.loss().agreement()));
    return m;
  }

  static boolean isIn(CardEntries entries) {
    return entries.has(BITS);
  }

  /**
   * Reads the entries.
   *
   * @throws IllegalArgumentException naming the key that is missing or malformed
   */
  static Int8 read(CardEntries entries) {
    return new Int8(
        WeightBits.of(entries.integer(BITS, 7, 8)),
        entries.text(FLOAT_SHA256),
        new Sample(
            entries.integer(SAMPLE_IMAGES, 1, Integer.MAX_VALUE), entries.text(SAMPLE_SHA256)),
        new Loss(
            entries.integer(LOSS_IMAGES, 1, Integer.MAX_VALUE),
            entries.number(LARGEST),
            entries.number(MEAN),
            entries.number(AGREEMENT)));
  }
}
