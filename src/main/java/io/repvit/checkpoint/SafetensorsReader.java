package io.repvit.checkpoint;

import io.repvit.checkpoint.SafetensorsHeader.Entry;
import io.repvit.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads safetensors files that nobody vouches for: eight bytes of header length (little-endian), a
 * JSON header, then the data.
 *
 * <p>Source: <a href="https://github.com/huggingface/safetensors#format">safetensors, Format</a>.
 */
final class SafetensorsReader {

  /** 16 MiB. The format allows 100 MB; RepViT-M2.3's header has 0.15 MB. */
  static final int MAX_HEADER_BYTES = 16 << 20;

  private SafetensorsReader() {}

  /**
   * Reads a whole file.
   *
   * @param file name for messages
   * @throws CheckpointException if the file breaks the format or a limit
   * @throws IOException if it cannot be read
   */
  static Checkpoint read(String file, Path path) throws IOException {
    long size = Files.size(path);
    try (InputStream stream = Files.newInputStream(path)) {
      var in = new HashedInput(file, stream);
      SafetensorsHeader header = header(file, in, size);
      Map<String, Tensor> tensors = new HashMap<>();
      for (Entry entry : header.entries()) {
        float[] values = in.floats(entry.dtype(), ByteOrder.LITTLE_ENDIAN, entry.shape().count());
        tensors.put(entry.name(), new Tensor(entry.shape(), values));
      }
      return new Checkpoint(file, in.end(), tensors);
    }
  }

  private static SafetensorsHeader header(String file, HashedInput in, long size)
      throws IOException {
    if (size < Long.BYTES) {
      throw new CheckpointException(
          file,
          String.format(Locale.ROOT, "has %d bytes, a safetensors file has at least 8", size));
    }
    long length = ByteBuffer.wrap(in.bytes(Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    // The length is unsigned in the format: what is negative here is beyond any limit.
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "header of %s bytes, at most %d are read; not safetensors?",
              Long.toUnsignedString(length),
              MAX_HEADER_BYTES));
    }
    if (length > size - Long.BYTES) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "header of %d bytes in a file of %d; the file is truncated",
              length,
              size));
    }
    var header = SafetensorsHeader.parse(file, in.bytes(Math.toIntExact(length)));
    long data = size - Long.BYTES - length;
    if (header.dataBytes() > data) {
      Entry last = header.entries().get(header.entries().size() - 1);
      throw CheckpointException.of(
          file,
          last.name(),
          String.format(
              Locale.ROOT,
              "is out of range: it ends at byte %d of the data, the file has %d; truncated?",
              last.end(),
              data));
    }
    if (header.dataBytes() < data) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT, "%d trailing bytes that no tensor covers", data - header.dataBytes()));
    }
    return header;
  }
}
