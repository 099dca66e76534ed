package io.repvit.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** What src/test/python/golden_images.py wrote, and how to compare with it. */
final class Goldens {
  private Goldens() {}

  static byte[] bytes(String name) {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines of tab-separated fields; never empty, so that no test passes for want of cases. */
  static List<String[]> rows(String name) {
    List<String[]> rows =
        new String(bytes(name), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.split("\t", -1))
            .toList();
    if (rows.isEmpty()) {
      throw new IllegalStateException(name + " has no rows; run golden_images.py");
    }
    return rows;
  }

  static byte[] pixels(DecodedImage image) {
    byte[] copy = new byte[image.pixels().remaining()];
    image.pixels().get(0, copy);
    return copy;
  }

  static DecodedImage decoded(int width, int height, byte[] rgb) {
    ByteBuffer direct = ByteBuffer.allocateDirect(rgb.length).put(0, rgb);
    return new DecodedImage(ImageFormat.PNG, width, height, width, height, direct);
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(
        Goldens.class.getResourceAsStream("/image/" + name), () -> "no resource " + name);
  }
}
