package io.repvit.testing.hostile;

import static io.repvit.testing.hostile.Bytes.bytes;
import static io.repvit.testing.hostile.Bytes.concat;
import static io.repvit.testing.hostile.Bytes.noise;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.repvit.testing.Mutations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Broken and odd files made of real images. Half of them are damaged at random, the others lie
 * about what they are in the ways that decoders are known to fall for.
 */
public final class HostileImages {
  private static final int FILES_PER_FOLDER = 500;
  private static final byte[] SVG =
      "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
          .getBytes(ISO_8859_1);

  private final List<byte[]> originals = new ArrayList<>();
  private final List<byte[]> jpegs = new ArrayList<>();
  private final List<byte[]> pngs = new ArrayList<>();
  private final List<byte[]> webps = new ArrayList<>();
  private final List<byte[]> rare = new ArrayList<>();
  private final List<byte[]> strangers = new ArrayList<>();

  /**
   * Collects originals.
   *
   * @param images folders of images that decode
   * @param strangers folder of files that do not
   */
  public HostileImages(List<Path> images, Path strangers) throws IOException {
    for (Path folder : images) {
      for (Path file : files(folder)) {
        String name = file.getFileName().toString();
        List<byte[]> kind =
            switch (name.substring(name.lastIndexOf('.') + 1)) {
              case "jpg" -> jpegs;
              case "png" -> pngs;
              case "webp" -> webps;
              case "bmp", "gif", "tif", "ppm", "pgm", "pbm" -> rare;
              default -> List.of();
            };
        if (kind != List.<byte[]>of()) {
          kind.add(Files.readAllBytes(file));
        }
      }
    }
    originals.addAll(jpegs);
    originals.addAll(pngs);
    originals.addAll(webps);
    originals.addAll(rare);
    for (Path file : files(strangers)) {
      this.strangers.add(Files.readAllBytes(file));
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Writes the files of seeds 0 to {@code count - 1} below {@code folder}. */
  public void write(Path folder, int count) throws IOException {
    for (int seed = 0; seed < count; seed++) {
      Path place = folder.resolve("%02d".formatted(seed / FILES_PER_FOLDER));
      Files.createDirectories(place);
      Files.write(place.resolve("%05d.jpg".formatted(seed)), of(seed));
    }
  }

  /** The file of one seed. */
  public byte[] of(long seed) throws IOException {
    var random = new Random(seed);
    return switch ((int) (seed % 10)) {
      case 0, 1, 2, 3 -> Mutations.of(originals, seed);
      case 4 -> spliced(random);
      case 5, 6 -> HostileJpeg.of(pick(jpegs, random), random);
      case 7 -> HostilePng.of(pick(pngs, random), random);
      case 8 -> HostileWebp.of(pick(webps, random), random);
      default ->
          random.nextBoolean() ? stranger(random) : HostileHeader.of(pick(rare, random), random);
    };
  }

  /** The beginning of one image and the end of another. */
  private byte[] spliced(Random random) {
    byte[] head = pick(originals, random);
    byte[] tail = pick(originals, random);
    return concat(
        Arrays.copyOf(head, random.nextInt(head.length)),
        Arrays.copyOfRange(tail, random.nextInt(tail.length), tail.length));
  }

  private byte[] stranger(Random random) throws IOException {
    byte[] image = pick(originals, random);
    return switch (random.nextInt(16)) {
      case 0 -> new byte[0];
      case 1 -> noise(1 + random.nextInt(3000), random);
      case 2 -> concat(Arrays.copyOf(image, 1 + random.nextInt(16)), noise(1000, random));
      case 3 -> Arrays.copyOf(image, Math.min(image.length, random.nextInt(40)));
      case 4 -> SVG;
      case 5 -> "%PDF-1.7\n%no picture either\n%%EOF\n".getBytes(ISO_8859_1);
      case 6 -> "<!doctype html><title>404</title>".getBytes(ISO_8859_1);
      case 7 -> zip(image);
      case 8 -> gzip(image);
      case 9 -> concat(image, zip(image)); // an image to one reader, an archive to the other
      case 10 -> concat("GIF89a/*".getBytes(ISO_8859_1), image);
      case 11 -> concat(image, pick(originals, random));
      case 12 -> concat(bytes(0xef, 0xbb, 0xbf), image);
      case 13 -> new byte[random.nextInt(100_000)];
      default -> Mutations.of(strangers, random.nextLong());
    };
  }

  private static byte[] zip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry("image.jpg"));
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] pick(List<byte[]> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }
}
