package io.repvit.checkpoint;

import io.repvit.checkpoint.SafetensorsHeader.Entry;
import io.repvit.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads safetensors files that nobody vouches for: eight bytes of header length (little-endian), a
 * JSON header, then the data. One pass, so that the hash is of the very bytes that were used.
 *
 * <p>Source: <a href="https://github.com/huggingface/safetensors#format">safetensors, Format</a>.
 */
public final class SafetensorsReader {

  /** 16 MiB. The format allows 100 MB; RepViT-M2.3's header has 0.15 MB. */
  public static final int MAX_HEADER_BYTES = 16 << 20;

  /** 1 GiB. RepViT-M2.3 in training form has 95 MB. */
  public static final long MAX_FILE_BYTES = 1L << 30;

  private static final int CHUNK_BYTES = 1 << 16;

  private SafetensorsReader() {}

  /**
   * Reads a whole file.
   *
   * @throws CheckpointException if the file breaks the format or a limit
   * @throws IOException if it cannot be read
   */
  public static Checkpoint read(Path path) throws IOException {
    String file = String.valueOf(path.getFileName());
    long size = Files.size(path);
    if (size > MAX_FILE_BYTES) {
      throw new CheckpointException(
          file, "has %d bytes, at most %d are read".formatted(size, MAX_FILE_BYTES));
    }
    MessageDigest digest = Sha256.digest();
    try (var in =
        new DigestInputStream(
            new BufferedInputStream(Files.newInputStream(path), CHUNK_BYTES), digest)) {
      SafetensorsHeader header = header(file, in, size);
      Map<String, Tensor> tensors = new HashMap<>();
      for (Entry entry : header.entries()) {
        tensors.put(entry.name(), tensor(file, in, entry));
      }
      if (in.read() != -1) {
        throw new CheckpointException(file, "grew while it was read");
      }
      return new Checkpoint(file, Sha256.hex(digest), tensors);
    }
  }

  private static SafetensorsHeader header(String file, InputStream in, long size)
      throws IOException {
    if (size < Long.BYTES) {
      throw new CheckpointException(
          file, "has %d bytes, a safetensors file has at least 8".formatted(size));
    }
    long length =
        ByteBuffer.wrap(exactly(file, in, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    // The length is unsigned in the format: what is negative here is beyond any limit.
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw new CheckpointException(
          file,
          "header of %s bytes, at most %d are read; not safetensors?"
              .formatted(Long.toUnsignedString(length), MAX_HEADER_BYTES));
    }
    if (length > size - Long.BYTES) {
      throw new CheckpointException(
          file,
          "header of %d bytes in a file of %d; the file is truncated".formatted(length, size));
    }
    var header = SafetensorsHeader.parse(file, exactly(file, in, Math.toIntExact(length)));
    long data = size - Long.BYTES - length;
    if (header.dataBytes() > data) {
      Entry last = header.entries().get(header.entries().size() - 1);
      throw CheckpointException.of(
          file,
          last.name(),
          "is out of range: it ends at byte %d of the data, the file has %d; truncated?"
              .formatted(last.end(), data));
    }
    if (header.dataBytes() < data) {
      throw new CheckpointException(
          file, "%d trailing bytes that no tensor covers".formatted(data - header.dataBytes()));
    }
    return header;
  }

  private static Tensor tensor(String file, InputStream in, Entry entry) throws IOException {
    float[] values = new float[entry.shape().count()];
    int perChunk = CHUNK_BYTES / entry.dtype().bytes();
    for (int i = 0; i < values.length; ) {
      int n = Math.min(perChunk, values.length - i);
      var bytes =
          ByteBuffer.wrap(exactly(file, in, n * entry.dtype().bytes()))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int end = i + n; i < end; i++) {
        values[i] = entry.dtype().next(bytes);
      }
    }
    return new Tensor(entry.shape(), values);
  }

  private static byte[] exactly(String file, InputStream in, int n) throws IOException {
    byte[] bytes = in.readNBytes(n);
    if (bytes.length < n) {
      throw new CheckpointException(file, "was truncated while it was read");
    }
    return bytes;
  }
}
