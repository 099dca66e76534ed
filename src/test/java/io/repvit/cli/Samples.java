package io.repvit.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Folders of objects to classify, made of the demonstration data. */
public final class Samples {
  static final Path FASHION = Path.of("src/demo/fashion-mnist");
  public static final Path PHOTOGRAPHS = Path.of("src/demo/photographs");

  /** Longer than every demonstration image, shorter than {@code large.jpg}. */
  static final String MAX_IMAGE_BYTES = "150000";

  private Samples() {}

  /** Copies the first {@code perClass} garments of every class to {@code folder/CLASS/}. */
  public static void garments(Path folder, int perClass) throws IOException {
    for (Path from : children(FASHION)) {
      Path to = Files.createDirectories(folder.resolve(from.getFileName()));
      for (Path image : children(from).subList(0, perClass)) {
        Files.copy(image, to.resolve(image.getFileName()));
      }
    }
  }

  /** Copies all photographs and their README.md to {@code folder/photographs/}. */
  public static void photographs(Path folder) throws IOException {
    Path to = Files.createDirectories(folder.resolve("photographs"));
    for (Path photograph : children(PHOTOGRAPHS)) {
      Files.copy(photograph, to.resolve(photograph.getFileName()));
    }
  }

  /**
   * Writes one file per defect.
   *
   * @return the expected reason by name in {@code folder}
   */
  public static Map<String, String> broken(Path folder) throws IOException {
    var reasons = new TreeMap<String, String>();
    Files.createDirectories(folder);
    byte[] jpeg = Files.readAllBytes(PHOTOGRAPHS.resolve("astronaut.jpg"));
    write(folder, reasons, "empty.jpg", "list/EMPTY", new byte[0]);
    write(folder, reasons, "large.jpg", "list/TOO_MANY_BYTES", Arrays.copyOf(jpeg, 150_001));
    write(
        folder, reasons, "truncated.jpg", "decode/TRUNCATED", Arrays.copyOf(jpeg, jpeg.length / 2));
    write(folder, reasons, "text.png", "decode/UNRECOGNISED", "no picture\n".getBytes(US_ASCII));
    write(folder, reasons, "animal.jxl", "decode/UNSUPPORTED_JPEG_XL", jpegXl());
    write(folder, reasons, "bomb.png", "decode/TOO_MANY_PIXELS", white(17_000));
    return reasons;
  }

  private static void write(
      Path folder, Map<String, String> reasons, String name, String reason, byte[] content)
      throws IOException {
    Files.write(folder.resolve(name), content);
    reasons.put(name, reason);
  }

  /** The beginning of a JPEG XL. */
  private static byte[] jpegXl() {
    return new byte[] {(byte) 0xff, 0x0a, (byte) 0xfa, 0x1f, 0x41, (byte) 0x91, 8, 6};
  }

  /** A valid PNG of {@code side x side} pixels of one bit: a few kilobytes on disk. */
  private static byte[] white(int side) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var png = new DataOutputStream(bytes);
    png.writeLong(0x89504e470d0a1a0aL);
    var header = new ByteArrayOutputStream();
    var data = new DataOutputStream(header);
    data.writeInt(side);
    data.writeInt(side);
    data.write(new byte[] {1, 0, 0, 0, 0}); // 1 bit, grey, deflate, no filter, not interlaced
    chunk(png, "IHDR", header.toByteArray());
    var pixels = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(pixels)) {
      byte[] row = new byte[1 + (side + 7) / 8];
      Arrays.fill(row, 1, row.length, (byte) 0xff);
      for (int y = 0; y < side; y++) {
        deflater.write(row);
      }
    }
    chunk(png, "IDAT", pixels.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream png, String type, byte[] data) throws IOException {
    png.writeInt(data.length);
    var crc = new CRC32();
    for (byte[] part : List.of(type.getBytes(US_ASCII), data)) {
      png.write(part);
      crc.update(part);
    }
    png.writeInt((int) crc.getValue());
  }

  /** What stands in a folder, by name. */
  public static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }
}
