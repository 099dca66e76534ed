package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageQuality.Issue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What CleanVision and ImageHash say, see src/test/python/golden_quality.py. */
class QualityGoldenTest {
  private static final Path DEMO = Path.of("src/demo");
  private static final double CLOSE = 1e-9;
  private static final Map<String, byte[]> ARCHIVE = new HashMap<>();
  private static final DecodeOptions FIRST =
      new DecodeOptions(Orientation.EXIF, JpegScaling.FULL, Animated.FIRST);

  private record Golden(String image, String crc, String phash, String dhash, String[] issues) {
    static Golden of(String line) {
      String[] f = line.split(",", -1);
      String[] issues = List.of(f).subList(4, f.length).toArray(String[]::new);
      return new Golden(f[0], f[1], f[2], f[3], issues);
    }
  }

  @BeforeAll
  static void readArchive() throws IOException {
    try (var zip = new ZipInputStream(resource("images.zip"))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        ARCHIVE.put(entry.getName(), zip.readAllBytes());
      }
    }
  }

  @Test
  void scoresAndHashesAreThoseOfCleanVisionAndImageHash() throws Exception {
    Map<ImageFormat, Integer> files = new EnumMap<>(ImageFormat.class);
    List<String> wrong = new ArrayList<>();
    try (var images = new Images();
        var best = new ImageMeter(MeasureOptions.ALL);
        var plain = new ImageMeter(MeasureOptions.ALL, new JdkEngine(), new PlainConvolution())) {
      for (String line : lines("golden.csv.gz")) {
        Golden golden = Golden.of(line);
        DecodedImage image = images.get(golden.image());
        if (!golden.image().contains(" ")) {
          files.merge(image.format(), 1, Integer::sum);
        }
        check(golden, image, best, "best", wrong);
        check(golden, image, plain, "plain", wrong);
      }
    }
    assertEquals(List.of(), wrong);
    int all = files.values().stream().mapToInt(Integer::intValue).sum();
    assertTrue(all >= 2_000, files::toString);
    for (ImageFormat format : ImageFormat.values()) {
      assertTrue(files.getOrDefault(format, 0) >= 100, files::toString);
    }
  }

  private static void check(
      Golden golden, DecodedImage image, ImageMeter meter, String name, List<String> wrong) {
    ImageMeasures measures = meter.measure(image);
    ImageHashes hashes = Objects.requireNonNull(measures.hashes());
    ImageQuality quality = Objects.requireNonNull(measures.quality());
    String where = golden.image() + " (" + name + "): ";
    if (!golden.crc().equals(crc(image))) {
      wrong.add(where + "other pixels");
    }
    if (!golden.phash().equals(ImageHashes.hex(hashes.phash()))) {
      wrong.add(where + "phash " + ImageHashes.hex(hashes.phash()) + ", not " + golden.phash());
    }
    if (!golden.dhash().equals(ImageHashes.hex(hashes.dhash()))) {
      wrong.add(where + "dhash " + ImageHashes.hex(hashes.dhash()) + ", not " + golden.dhash());
    }
    for (Issue issue : Issue.values()) {
      double score = Double.parseDouble(golden.issues()[2 * issue.ordinal()]);
      boolean flag = golden.issues()[2 * issue.ordinal() + 1].equals("1");
      if (Math.abs(score - issue.score(quality)) > CLOSE) {
        wrong.add(where + issue + " " + issue.score(quality) + ", not " + score);
      }
      if (flag != quality.issues().contains(issue)) {
        wrong.add(where + issue + (flag ? " not" : "") + " flagged at " + issue.score(quality));
      }
    }
  }

  @Test
  void frequenciesAreThoseOfScipyBitForBit() throws IOException {
    for (String line : lines("dct.csv.gz")) {
      String[] fields = line.split(",");
      double[] expected = new double[64];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = Double.parseDouble(fields[1 + i]);
      }
      assertArrayEquals(expected, new HashBits().frequencies(HexFormat.of().parseHex(fields[0])));
    }
  }

  /** The images by the names that golden_quality.py gives them. */
  private static final class Images implements AutoCloseable {
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, FIRST, 1);
    private final Map<String, DecodedImage> photographs = new HashMap<>();

    DecodedImage get(String name) throws ImageException, IOException {
      String[] words = name.split(" ");
      return switch (words[0]) {
        case "pattern" -> {
          int width = Integer.parseInt(words[2]);
          int height = Integer.parseInt(words[3]);
          yield Goldens.decoded(width, height, PatternImage.rgb(words[1], width, height));
        }
        case "crop" -> crop(words);
        default -> decode(file(name));
      };
    }

    private DecodedImage decode(byte[] file) throws ImageException {
      return decoder.decode(file, 0, file.length);
    }

    private DecodedImage crop(String[] words) throws ImageException, IOException {
      DecodedImage photo = photographs.get(words[1]);
      if (photo == null) {
        DecodedImage image = decode(file("photographs/" + words[1]));
        photo = Goldens.decoded(image.width(), image.height(), Goldens.pixels(image));
        photographs.put(words[1], photo);
      }
      int[] n = new int[words.length];
      for (int i = 2; i < n.length; i++) {
        n[i] = Integer.parseInt(words[i]);
      }
      byte[] rgb = new byte[3 * n[4] * n[5]];
      for (int i = 0; i < rgb.length; i++) {
        int row = n[3] + i / (3 * n[4]);
        int value = photo.pixels().get(3 * (row * photo.width() + n[2]) + i % (3 * n[4])) & 0xff;
        rgb[i] = (byte) Math.max(0, Math.min(255, (value * n[6] >> 8) + n[7]));
      }
      return Goldens.decoded(n[4], n[5], rgb);
    }

    private static byte[] file(String name) throws IOException {
      String archive = "images.zip/";
      if (name.startsWith(archive)) {
        return Objects.requireNonNull(ARCHIVE.get(name.substring(archive.length())), name);
      }
      Path demo = DEMO.resolve(name);
      return Files.exists(demo) ? Files.readAllBytes(demo) : Goldens.bytes(name);
    }

    @Override
    public void close() {
      decoder.close();
    }
  }

  private static String crc(DecodedImage image) {
    CRC32 crc = new CRC32();
    crc.update(image.pixels().duplicate());
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static List<String> lines(String name) {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(resource(name)), StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().toList();
      assertTrue(lines.size() > 1, name);
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        QualityGoldenTest.class.getResourceAsStream("/quality/" + name), name);
  }
}
