package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.nio.ByteBuffer;

/**
 * Implementation without OpenCV: JPEG and PNG are decoded by the JVM, WebP by the libwebp of {@code
 * webp-imageio}. Images whose pixels might differ from OpenCV's are refused.
 */
final class JdkEngine implements PixelEngine {
  /** Side of the squares that are transposed at a time, pixels, so that they fit the cache. */
  private static final int BLOCK = 32;

  private interface Reader {
    void decode(ImageHeader header, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
        throws ImageException;
  }

  /** Returns the reader of a format; the expression makes javac demand a case for each format. */
  private static Reader reader(ImageFormat format) {
    return switch (format) {
      case JPEG -> JdkJpeg::decode;
      case PNG -> JdkPng::decode;
      case WEBP -> (header, bytes, context, rgb) -> JdkWebp.decode(header, bytes, rgb);
      case BMP, GIF, TIFF, PNM ->
          throw new IllegalArgumentException(format + " is not decoded by an engine");
    };
  }

  @Override
  public void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    if (factor != 1) {
      throw new ImageException(
          Code.UNSUPPORTED_JPEG,
          "JPEG: jpeg-scaling = dct needs OpenCV, which is not used here; set jpeg-scaling = full");
    }
    reader(header.format()).decode(header, bytes, context, rgb);
  }

  @Override
  public void turn(int orientation, ByteBuffer from, int width, int height, ByteBuffer to) {
    boolean swap = orientation >= 5;
    int columns = swap ? height : width;
    int rows = swap ? width : height;
    for (int top = 0; top < rows; top += BLOCK) {
      for (int left = 0; left < columns; left += BLOCK) {
        for (int y = top; y < Math.min(rows, top + BLOCK); y++) {
          for (int x = left; x < Math.min(columns, left + BLOCK); x++) {
            int at = 3 * stored(orientation, x, y, width, height);
            int target = 3 * (y * columns + x);
            to.put(target, from.get(at))
                .put(target + 1, from.get(at + 1))
                .put(target + 2, from.get(at + 2));
          }
        }
      }
    }
  }

  /** Returns the index of the stored pixel at column x and row y of the upright image. */
  private static int stored(int orientation, int x, int y, int width, int height) {
    return switch (orientation) {
      case 2 -> y * width + width - 1 - x;
      case 3 -> (height - 1 - y) * width + width - 1 - x;
      case 4 -> (height - 1 - y) * width + x;
      case 5 -> x * width + y;
      case 6 -> (height - 1 - x) * width + y;
      case 7 -> (height - 1 - x) * width + width - 1 - y;
      case 8 -> x * width + width - 1 - y;
      default -> throw new IllegalArgumentException("orientation " + orientation);
    };
  }

  @Override
  public void transpose(
      ByteBuffer from, int offset, int rows, int columns, int rowBytes, ByteBuffer to) {
    for (int left = 0; left < columns; left += BLOCK) {
      int right = Math.min(columns, left + BLOCK);
      for (int y = 0; y < rows; y++) {
        int at = offset + y * rowBytes + 3 * left;
        int target = 3 * (left * rows + y);
        for (int x = left; x < right; x++, at += 3, target += 3 * rows) {
          to.put(target, from.get(at))
              .put(target + 1, from.get(at + 1))
              .put(target + 2, from.get(at + 2));
        }
      }
    }
  }

  @Override
  public void separate(ByteBuffer from, int pixels, ByteBuffer to) {
    for (int i = 0; i < pixels; i++) {
      to.put(i, from.get(3 * i))
          .put(pixels + i, from.get(3 * i + 1))
          .put(2 * pixels + i, from.get(3 * i + 2));
    }
  }
}
