package io.repvit.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes pickles of protocol 2, instruction by instruction, also such as no program writes. */
final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A pickle that begins as torch.save's. */
  static PickleBytes begin() {
    return new PickleBytes().op(0x80, 2);
  }

  /** Instructions, and their arguments, as bytes. */
  PickleBytes op(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  /** The same instruction many times. */
  PickleBytes times(int n, int... bytes) {
    for (int i = 0; i < n; i++) {
      op(bytes);
    }
    return this;
  }

  PickleBytes global(String module, String name) {
    out.writeBytes("c%s\n%s\n".formatted(module, name).getBytes(UTF_8));
    return this;
  }

  PickleBytes text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    op('X').little(bytes.length, Integer.BYTES);
    out.writeBytes(bytes);
    return this;
  }

  PickleBytes whole(long value) {
    return op(0x8a, Long.BYTES).little(value, Long.BYTES);
  }

  PickleBytes wholes(long... values) {
    op('(');
    for (long value : values) {
      whole(value);
    }
    return op('t');
  }

  /** A number of {@code n} bytes. */
  PickleBytes little(long value, int n) {
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(bytes, 0, n);
    return this;
  }

  PickleBytes storage(String type, String key, long length) {
    return op('(')
        .text("storage")
        .global("torch", type)
        .text(key)
        .text("cpu")
        .whole(length)
        .op('t', 'Q');
  }

  /** Leaves a tensor on the stack. */
  PickleBytes tensor(
      String type, String key, long length, long offset, long[] sides, long... strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .op('(')
        .storage(type, key, length)
        .whole(offset)
        .wholes(sides)
        .wholes(strides)
        .op(0x89, '}', 't', 'R');
  }

  /** Ends the pickle. */
  byte[] stop() {
    return op('.').out.toByteArray();
  }

  /** A state dict of one tensor {@code w}, left by {@code value}. */
  static byte[] stateDict(PickleBytes value) {
    return begin().op('}').text("w").raw(value).op('s').stop();
  }

  /** What another has so far. */
  PickleBytes raw(PickleBytes other) {
    out.writeBytes(other.out.toByteArray());
    return this;
  }
}
