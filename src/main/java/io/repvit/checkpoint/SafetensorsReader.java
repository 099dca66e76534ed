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
 * Reads untrusted safetensors files. A file has the length of its header (8 bytes, little-endian),
 * a JSON header, and the data of the tensors.
 *
 * <p>Source: <a href="https://github.com/huggingface/safetensors#format">safetensors, Format</a>.
 */
final class SafetensorsReader {

  /** 16 MiB. The format allows 100 MB; the header of RepViT-M2.3 has 0.15 MB. */
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
          String.format(
              Locale.ROOT, "has %d bytes, expected a safetensors file of at least 8", size));
    }
    long length = ByteBuffer.wrap(in.bytes(Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    // The format has an unsigned length, so a negative long is beyond the limit too.
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "the header has %s bytes, at most %d are supported; is it a safetensors file?",
              Long.toUnsignedString(length),
              MAX_HEADER_BYTES));
    }
    if (length > size - Long.BYTES) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "the header has %d bytes, the file %d; the file is truncated",
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
              "ends at byte %d of the data, but the file has %d bytes of data; is it truncated?",
              last.end(),
              data));
    }
    if (header.dataBytes() < data) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has %d trailing bytes that belong to no tensor",
              data - header.dataBytes()));
    }
    return header;
  }
}
