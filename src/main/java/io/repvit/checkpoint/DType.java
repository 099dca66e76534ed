package io.repvit.checkpoint;

import java.nio.ByteBuffer;

/** Element types that are read, as safetensors names them; all become float32. */
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
  /** Only counters have it ({@code num_batches_tracked}); rounded to the nearest float. */
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

  /** Bytes per element. */
  int bytes() {
    return bytes;
  }

  /** The next element of a buffer, in its order. */
  abstract float next(ByteBuffer bytes);

  /** IEEE 754 binary16, bias 15, ten bits of fraction; exact in float32. */
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
