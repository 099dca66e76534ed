package io.repvit.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A small picture of an image, for pages. */
public final class Thumbnail {
  /** Largest length of a side: 128 pixels. */
  public static final int MAX_SIDE = 128;

  /** Quality of the JPEG file, 0 to 1, as {@code javax.imageio} defines it. */
  public static final float QUALITY = 0.8f;

  private final int[] rgb;
  private final int columns;
  private final int rows;

  /**
   * @param rgb pixels {@code 0xRRGGBB}, row by row
   */
  Thumbnail(int[] rgb, int columns, int rows) {
    this.rgb = rgb;
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * Creates a thumbnail of a model's input, with sides of at most {@link #MAX_SIDE}. Each pixel is
   * the mean of a square; incomplete squares at the right and the bottom are dropped.
   *
   * @param pixels float32 {@code [3, height, width]}, RGB, normalised, from the buffer's position,
   *     which is not changed
   */
  public static Thumbnail of(FloatBuffer pixels, Preprocessing p) {
    int n = (Math.max(p.width(), p.height()) + MAX_SIDE - 1) / MAX_SIDE;
    int columns = Math.max(1, p.width() / n);
    int rows = Math.max(1, p.height() / n);
    double[] mean = {p.mean().red(), p.mean().green(), p.mean().blue()};
    double[] std = {p.std().red(), p.std().green(), p.std().blue()};
    int[] rgb = new int[rows * columns];
    float[] line = new float[p.width()];
    float[] sums = new float[columns];
    for (int channel = 0; channel < 3; channel++) {
      int plane = pixels.position() + channel * p.height() * p.width();
      int high = Math.min(n, p.height());
      int wide = Math.min(n, p.width());
      for (int row = 0; row < rows; row++) {
        Arrays.fill(sums, 0);
        for (int y = row * n; y < row * n + high; y++) {
          pixels.get(plane + y * p.width(), line);
          for (int x = 0; x < columns * wide; x++) {
            sums[x / wide] += line[x];
          }
        }
        for (int x = 0; x < columns; x++) {
          double value = sums[x] / (high * wide) * std[channel] + mean[channel];
          int level = (int) Math.round(255 * Math.max(0, Math.min(1, value)));
          rgb[row * columns + x] |= level << (16 - 8 * channel);
        }
      }
    }
    return new Thumbnail(rgb, columns, rows);
  }

  int columns() {
    return columns;
  }

  int rows() {
    return rows;
  }

  /** The pixels {@code 0xRRGGBB}, row by row. */
  int[] rgb() {
    return rgb.clone();
  }

  /** Returns the thumbnail as a JPEG file of a few kilobytes. */
  public byte[] jpeg() {
    return jpeg(QUALITY);
  }

  /**
   * Returns the thumbnail as a JPEG file.
   *
   * @param quality 0 to 1
   */
  public byte[] jpeg(float quality) {
    var picture = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, columns, rows, rgb, 0, columns);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
