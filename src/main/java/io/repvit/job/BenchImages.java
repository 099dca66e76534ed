package io.repvit.job;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/**
 * Photograph-like JPEG files for benchmarks: 500x375, RGB, 4:2:0, about 70 KB, all different, the
 * same on every call. Smooth noise in four octaves gives surfaces, its thresholds give edges, and
 * fine noise gives grain, so that entropy decoding costs what it costs on photographs.
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

  /** Makes sure that images 0 to {@code count - 1}, and no others, stand below {@code folder}. */
  static void make(Path folder, int count) throws IOException {
    Files.createDirectories(folder);
    try {
      IntStream.range(0, count).parallel().forEach(i -> make(folder, i, file(folder, i)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Path file(Path folder, int index) {
    return folder.resolve("%03d/%06d.jpg".formatted(index / PER_FOLDER, index));
  }

  private static void make(Path folder, int index, Path file) {
    if (Files.exists(file)) {
      return;
    }
    try {
      Files.createDirectories(file.getParent() == null ? folder : file.getParent());
      Path part = file.resolveSibling("." + file.getFileName() + ".part");
      encode(picture(index), part);
      Files.move(part, file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static BufferedImage picture(int index) {
    var random = new SplittableRandom(index);
    double[][] channels = new double[3][];
    double[] shape = noise(random);
    for (int c = 0; c < 3; c++) {
      channels[c] = noise(random);
    }
    var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      double edge = shape[i] > 0 ? 30 : -30;
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        double v = 128 + edge + 0.7 * shape[i] + 0.4 * channels[c][i];
        v += random.nextInt(-GRAIN, GRAIN + 1);
        rgb = rgb << 8 | (int) Math.max(0, Math.min(255, v));
      }
      image.setRGB(i % WIDTH, i / WIDTH, rgb);
    }
    return image;
  }

  /** Value noise: random lattices, bilinear between their points. */
  private static double[] noise(SplittableRandom random) {
    double[] sum = new double[WIDTH * HEIGHT];
    for (int octave = 0; octave < CELLS.length; octave++) {
      int cell = CELLS[octave];
      int columns = WIDTH / cell + 2;
      double[] lattice = new double[columns * (HEIGHT / cell + 2)];
      for (int i = 0; i < lattice.length; i++) {
        lattice[i] = (random.nextDouble() * 2 - 1) * AMPLITUDES[octave];
      }
      for (int y = 0; y < HEIGHT; y++) {
        double fy = (double) (y % cell) / cell;
        for (int x = 0; x < WIDTH; x++) {
          double fx = (double) (x % cell) / cell;
          int at = y / cell * columns + x / cell;
          double top = lattice[at] * (1 - fx) + lattice[at + 1] * fx;
          double bottom = lattice[at + columns] * (1 - fx) + lattice[at + columns + 1] * fx;
          sum[y * WIDTH + x] += top * (1 - fy) + bottom * fy;
        }
      }
    }
    return sum;
  }

  private static void encode(BufferedImage image, Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var out = ImageIO.createImageOutputStream(Files.newOutputStream(file))) {
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
