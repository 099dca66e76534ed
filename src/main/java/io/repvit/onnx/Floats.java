package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteOrder;
import java.util.Locale;

/** The values of a constant of float32. */
final class Floats {
  private Floats() {}

  /**
   * All of them, row-major.
   *
   * @throws IllegalArgumentException if they are not as many as the shape says, or not all finite
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
                "constant '%s' has the value %s, must be finite",
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
              "constant '%s' has %d values, its shape %s says %d",
              tensor.getName(),
              stored,
              tensor.getDimsList(),
              declared));
    }
    return stored;
  }
}
