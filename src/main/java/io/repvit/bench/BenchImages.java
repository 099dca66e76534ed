package io.repvit.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/**
 * Generates JPEG files for benchmarks that cost as much to decode as photographs: 500x375, RGB,
 * 4:2:0, about 53 KB. Smooth noise in four octaves gives surfaces, thresholds of it give edges, and
 * fine noise gives grain. Images of different index differ; the same index always gives the same
 * image.
 */
final class BenchImages {
  static final int WIDTH = 500;
  static final int HEIGHT = 375;

  private static final float QUALITY = 0.9f;
  private static final int PER_FOLDER = 1000;
  private static final int[] CELLS = {125, 50, 20, 8};
  private static final double[] AMPLITUDES = {90, 50, 25, 12};
  private static final int GRAIN = 10;

  private BenchImages() {}

  /** Writes the images 0 to {@code count - 1} below {@code folder}, except those that exist. */
  static void make(Path folder, int count) throws IOException {
    Files.createDirectories(folder);
    try {
      IntStream.range(0, count).parallel().forEach(i -> make(folder, i, file(folder, i)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Path file(Path folder, int index) {
    return folder.resolve(String.format(Locale.ROOT, "%03d/%06d.jpg", index / PER_FOLDER, index));
  }

  private static void make(Path folder, int index, Path file) {
    if (Files.exists(file)) {
      return;
    }
    try {
      Files.createDirectories(file.getParent() == null ? folder : file.getParent());
      Path part = file.resolveSibling("." + file.getFileName() + ".part");
      try (OutputStream out = Files.newOutputStream(part)) {
        encode(picture(index, WIDTH, HEIGHT), out);
      }
      Files.move(part, file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** The image of this index in any size, as JPEG. */
  static byte[] jpeg(int index, int width, int height) throws IOException {
    var bytes = new ByteArrayOutputStream();
    encode(picture(index, width, height), bytes);
    return bytes.toByteArray();
  }

  private static BufferedImage picture(int index, int width, int height) {
    var random = new SplittableRandom(index);
    var shape = new ValueNoise(random, width, height);
    var channels = new ValueNoise[3];
    for (int c = 0; c < 3; c++) {
      channels[c] = new ValueNoise(random, width, height);
    }
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double surface = shape.at(x, y);
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          double v = 128 + (surface > 0 ? 30 : -30) + 0.7 * surface + 0.4 * channels[c].at(x, y);
          v += random.nextInt(-GRAIN, GRAIN + 1);
          rgb = rgb << 8 | (int) Math.max(0, Math.min(255, v));
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  /** Random lattices in four octaves with bilinear interpolation. */
  private static final class ValueNoise {
    private final double[][] lattices = new double[CELLS.length][];
    private final int[] columns = new int[CELLS.length];

    ValueNoise(SplittableRandom random, int width, int height) {
      for (int octave = 0; octave < CELLS.length; octave++) {
        int cell = CELLS[octave];
        columns[octave] = width / cell + 2;
        double[] lattice = new double[columns[octave] * (height / cell + 2)];
        for (int i = 0; i < lattice.length; i++) {
          lattice[i] = (random.nextDouble() * 2 - 1) * AMPLITUDES[octave];
        }
        lattices[octave] = lattice;
      }
    }

    double at(int x, int y) {
      double sum = 0;
      for (int octave = 0; octave < CELLS.length; octave++) {
        int cell = CELLS[octave];
        double[] lattice = lattices[octave];
        double fx = (double) (x % cell) / cell;
        double fy = (double) (y % cell) / cell;
        int at = y / cell * columns[octave] + x / cell;
        int below = at + columns[octave];
        double top = lattice[at] * (1 - fx) + lattice[at + 1] * fx;
        double bottom = lattice[below] * (1 - fx) + lattice[below + 1] * fx;
        sum += top * (1 - fy) + bottom * fy;
      }
      return sum;
    }
  }

  private static void encode(BufferedImage image, OutputStream file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var out = ImageIO.createImageOutputStream(file)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
  }
}
