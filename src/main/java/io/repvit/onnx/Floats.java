package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteOrder;
import java.util.Locale;

/** Reads the values of a float32 constant. */
final class Floats {
  private Floats() {}

  /**
   * Returns all values in row-major order.
   *
   * @throws IllegalArgumentException if the number of values does not match the shape, or a value
   *     is not finite
   */
  static float[] of(TensorProto tensor) {
    float[] values = new float[count(tensor)];
    if (tensor.hasRawData()) {
      tensor
          .getRawData()
          .asReadOnlyByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "constant '%s' has the value %s, expected a finite one",
                tensor.getName(),
                value));
      }
    }
    return values;
  }

  private static int count(TensorProto tensor) {
    int stored =
        tensor.hasRawData() ? tensor.getRawData().size() / Float.BYTES : tensor.getFloatDataCount();
    long declared = Constants.count(tensor.getDimsList());
    if (declared != stored) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "constant '%s' has %d values, its shape %s requires %d",
              tensor.getName(),
              stored,
              tensor.getDimsList(),
              declared));
    }
    return stored;
  }
}
