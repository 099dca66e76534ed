package io.repvit.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.repvit.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes what {@code CheckpointReader} reads. */
public final class SafetensorsFiles {
  private SafetensorsFiles() {}

  /** Tensors of float32, in the order of the map. */
  public static void write(Map<String, Tensor> tensors, Path file) throws IOException {
    var header = new StringBuilder();
    long at = 0;
    for (var entry : tensors.entrySet()) {
      long end = at + (long) Float.BYTES * entry.getValue().values().length;
      header.append(
          "%s\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(at == 0 ? "{" : ",", entry.getKey(), entry.getValue().shape(), at, end));
      at = end;
    }
    byte[] json = header.append('}').toString().getBytes(UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(json.length)
              .array());
      out.write(json);
      for (Tensor tensor : tensors.values()) {
        out.write(bytes(tensor));
      }
    }
  }

  private static byte[] bytes(Tensor tensor) {
    var bytes = ByteBuffer.allocate(Float.BYTES * tensor.values().length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(tensor.values());
    return bytes.array();
  }
}
