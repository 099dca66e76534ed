package io.repvit.image;

import io.repvit.testing.hostile.HostileImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Decodes broken and odd files with OpenCV and without, and prints how many it refused. */
final class DecodeHostile {
  private static final Path IMAGES = Path.of("src/test/resources/image");
  private static final int SEEDS = 800;

  private DecodeHostile() {}

  public static void main(String[] args) throws IOException {
    var files = new ArrayList<byte[]>();
    for (String folder : new String[] {"edges", "reject", "unsupported"}) {
      try (Stream<Path> paths = Files.list(IMAGES.resolve(folder))) {
        for (Path path : paths.sorted().toList()) {
          files.add(Files.readAllBytes(path));
        }
      }
    }
    var hostile =
        new HostileImages(
            List.of(IMAGES.resolve("decode"), IMAGES.resolve("formats")), IMAGES.resolve("reject"));
    for (int seed = 0; seed < SEEDS; seed++) {
      files.add(hostile.of(seed));
    }
    int refused = 0;
    for (PixelEngine engine : new PixelEngine[] {new OpenCvEngine(), new JdkEngine()}) {
      var limits = new ImageLimits(1 << 24, 1_000_000, 30);
      try (var decoder = new ImageDecoder(limits, DecodeOptions.DEFAULT, 1, engine)) {
        for (byte[] file : files) {
          try {
            decoder.decode(file, 0, file.length);
          } catch (ImageException e) {
            refused++;
          }
        }
      }
    }
    System.out.println(refused + " of " + 2 * files.size());
    System.err.flush();
  }
}
