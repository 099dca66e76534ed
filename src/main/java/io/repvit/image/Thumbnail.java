package io.repvit.image;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** A small picture of what a model sees of an image: its input, before normalisation. */
public final class Thumbnail {
  /** Longest side: 128 pixels. */
  public static final int MAX_SIDE = 128;

  private static final int QUALITY = 80;

  private final byte[] bgr;
  private final int columns;
  private final int rows;

  private Thumbnail(byte[] bgr, int columns, int rows) {
    this.bgr = bgr;
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * Makes a picture whose longest side is at most {@link #MAX_SIDE}.
   *
   * @param pixels float32 {@code [3, height, width]} from its position, RGB, normalised; direct,
   *     the position stays
   */
  public static Thumbnail of(FloatBuffer pixels, Preprocessing p) {
    OpenCv.load();
    // By a whole number, which OpenCV does several times faster.
    int n = (Math.max(p.width(), p.height()) + MAX_SIDE - 1) / MAX_SIDE;
    int columns = Math.max(1, p.width() / n);
    int rows = Math.max(1, p.height() / n);
    double[] mean = {p.mean().red(), p.mean().green(), p.mean().blue()};
    double[] std = {p.std().red(), p.std().green(), p.std().blue()};
    byte[] plane = new byte[rows * columns];
    byte[] bgr = new byte[3 * plane.length];
    int values = p.height() * p.width();
    for (int channel = 0; channel < 3; channel++) {
      FloatBuffer source = pixels.slice(pixels.position() + channel * values, values);
      try (FloatPointer address = new FloatPointer(source);
          Mat full = new Mat(p.height(), p.width(), opencv_core.CV_32FC1, address);
          Mat small = new Mat();
          Mat bytes = new Mat();
          Size size = new Size(columns, rows)) {
        opencv_imgproc.resize(full, small, size, 0, 0, opencv_imgproc.INTER_AREA);
        small.convertTo(bytes, opencv_core.CV_8UC1, 255 * std[channel], 255 * mean[channel]);
        bytes.data().get(plane);
      }
      for (int i = 0; i < plane.length; i++) {
        // OpenCV has blue first.
        bgr[3 * i + 2 - channel] = plane[i];
      }
    }
    return new Thumbnail(bgr, columns, rows);
  }

  /** The picture as a JPEG file of a few kilobytes. */
  public byte[] jpeg() {
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
