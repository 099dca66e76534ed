package io.repvit.checkpoint;

import java.nio.ByteBuffer;

/** The element types that are supported, by their safetensors names. All values become float32. */
enum DType {
  F32(4) {
    @Override
    float next(ByteBuffer bytes) {
      return bytes.getFloat();
    }
  },
  /** Rounded to the nearest float. */
  F64(8) {
    @Override
    float next(ByteBuffer bytes) {
      return (float) bytes.getDouble();
    }
  },
  F16(2) {
    @Override
    float next(ByteBuffer bytes) {
      return halfToFloat(bytes.getShort());
    }
  },
  BF16(2) {
    @Override
    float next(ByteBuffer bytes) {
      return Float.intBitsToFloat(bytes.getShort() << 16);
    }
  },
  /** Rounded to the nearest float. Only counters have this type ({@code num_batches_tracked}). */
  I64(8) {
    @Override
    float next(ByteBuffer bytes) {
      return bytes.getLong();
    }
  };

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the bytes per element. */
  int bytes() {
    return bytes;
  }

  /** Reads the next element in the byte order of the buffer. */
  abstract float next(ByteBuffer bytes);

  /** Converts IEEE 754 binary16 (exponent bias 15, ten fraction bits). The result is exact. */
  static float halfToFloat(short half) {
    int sign = half & 0x8000;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 31 -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
        };
    return sign == 0 ? magnitude : -magnitude;
  }
}
