package io.repvit.image;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** A small picture of what a model sees of an image: its input, before normalisation. */
public final class Thumbnail {
  /** Longest side: 128 pixels. */
  public static final int MAX_SIDE = 128;

  private static final int QUALITY = 80;

  private Thumbnail() {}

  /**
   * Encodes a picture: every {@code n x n} pixels become their mean.
   *
   * @param pixels float32 {@code [3, height, width]} from its position, RGB, normalised; the
   *     position stays
   * @return a JPEG file of a few kilobytes
   */
  public static byte[] jpeg(FloatBuffer pixels, Preprocessing p) {
    int n = (Math.max(p.width(), p.height()) + MAX_SIDE - 1) / MAX_SIDE;
    int columns = Math.max(1, p.width() / n);
    int rows = Math.max(1, p.height() / n);
    byte[] bgr = new byte[3 * rows * columns];
    double[] mean = {p.mean().red(), p.mean().green(), p.mean().blue()};
    double[] std = {p.std().red(), p.std().green(), p.std().blue()};
    float[] row = new float[p.width()];
    float[] sums = new float[columns];
    for (int channel = 0; channel < 3; channel++) {
      double scale = 255 * std[channel] / (n * n);
      double offset = 255 * mean[channel] + 0.5;
      for (int y = 0; y < rows; y++) {
        Arrays.fill(sums, 0);
        for (int i = 0; i < n && y * n + i < p.height(); i++) {
          pixels.get(pixels.position() + (channel * p.height() + y * n + i) * p.width(), row);
          for (int x = 0; x < columns * n && x < p.width(); x++) {
            sums[x / n] += row[x];
          }
        }
        for (int x = 0; x < columns; x++) {
          int value = (int) (scale * sums[x] + offset);
          // OpenCV has blue first.
          bgr[3 * (y * columns + x) + 2 - channel] = (byte) Math.max(0, Math.min(255, value));
        }
      }
    }
    return encode(bgr, columns, rows);
  }

  private static byte[] encode(byte[] bgr, int columns, int rows) {
    OpenCv.load();
    try (BytePointer samples = new BytePointer(bgr);
        Mat picture = new Mat(rows, columns, opencv_core.CV_8UC3, samples);
        IntPointer quality = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, QUALITY);
        BytePointer encoded = new BytePointer()) {
      if (!opencv_imgcodecs.imencode(".jpg", picture, encoded, quality)) {
        throw new IllegalStateException("OpenCV has no JPEG encoder");
      }
      byte[] jpeg = new byte[(int) encoded.limit()];
      encoded.get(jpeg);
      return jpeg;
    }
  }
}
