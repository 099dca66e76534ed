package io.repvit.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Converts stored samples (8 or 16 bits; grey, BGR or BGRA) to 8-bit RGB.
 *
 * <p>16-bit samples are first scaled by rounding, {@code v * 255 / 65535}. Then transparency is
 * composed over white: {@code c * a / 255 + 255 - a}, rounded once. Opaque pixels keep their value.
 */
final class Flattening {
  /** There is no transparent grey level. */
  static final int NO_KEY = -1;

  private static final int WHITE = 255;

  private final ByteBuffer stored;
  private final ByteBuffer rgb;
  private final int samples;
  private final boolean deep;
  private final int key;

  private Flattening(Mat mat, int key, ByteBuffer rgb) {
    this.samples = mat.channels();
    this.deep = mat.depth() == opencv_core.CV_16U;
    BytePointer data = mat.data();
    data.capacity(mat.total() * mat.elemSize());
    this.stored = data.asByteBuffer().order(ByteOrder.nativeOrder());
    this.rgb = rgb;
    this.key = key;
  }

  /**
   * Converts an image.
   *
   * @param mat continuous image of 1, 3 or 4 channels with 8 or 16 bits
   * @param key transparent level of a grey image as stored, or {@link #NO_KEY}
   * @param rgb buffer that receives {@code 3 * width * height} bytes from index 0
   */
  static void toRgb(Mat mat, int key, ByteBuffer rgb) {
    Flattening flattening = new Flattening(mat, key, rgb);
    int pixels = (int) mat.total();
    for (int i = 0; i < pixels; i++) {
      switch (flattening.samples) {
        case 1 -> flattening.grey(i);
        case 3 -> flattening.colour(i, 255);
        case 4 -> flattening.colour(i, flattening.sample(4 * i + 3));
        default -> throw new IllegalStateException("channels: " + flattening.samples);
      }
    }
  }

  private void grey(int pixel) {
    boolean clear =
        key != NO_KEY
            && key == (deep ? stored.getShort(2 * pixel) & 0xffff : stored.get(pixel) & 0xff);
    byte level = clear ? (byte) WHITE : (byte) sample(pixel);
    rgb.put(3 * pixel, level).put(3 * pixel + 1, level).put(3 * pixel + 2, level);
  }

  private void colour(int pixel, int alpha) {
    int at = samples * pixel;
    rgb.put(3 * pixel, SampleRows.over(sample(at + 2), alpha))
        .put(3 * pixel + 1, SampleRows.over(sample(at + 1), alpha))
        .put(3 * pixel + 2, SampleRows.over(sample(at), alpha));
  }

  private int sample(int at) {
    // 65535 = 255 * 257, and 257 is odd, so no value is halfway between two results.
    return deep ? ((stored.getShort(2 * at) & 0xffff) + 128) / 257 : stored.get(at) & 0xff;
  }
}
