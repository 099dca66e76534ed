package io.repvit.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One frame of an animated WebP, or a still WebP whose header has to be replaced.
 *
 * @param left left column on the canvas
 * @param top top row on the canvas
 * @param alpha whether the animation has transparency; if not, alpha of the frame is ignored
 * @param data position of the frame's chunks
 * @param length length of the frame's chunks, bytes
 */
record WebpFrame(int left, int top, int width, int height, boolean alpha, long data, int length) {
  private static final int HEAD = 30;
  private static final byte WHITE = (byte) 255;

  /** Returns the frame as a still WebP file. */
  EncodedBytes still(EncodedBytes bytes, DirectBytes memory) {
    ByteBuffer file = memory.atLeast(HEAD + length).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(HEAD - 8 + length);
    file.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10);
    file.putInt(alpha ? WebpHeader.ALPHA_FLAG : 0);
    file.putShort((short) (width - 1)).put((byte) (width - 1 >> 16));
    file.putShort((short) (height - 1)).put((byte) (height - 1 >> 16));
    file.put(HEAD, bytes.buffer(), (int) data, length);
    return new EncodedBytes(file.position(0).limit(HEAD + length));
  }

  /**
   * Moves the frame's pixels from the start of {@code rgb} to their position on the canvas. The
   * rest of the canvas is white in an animation with transparency, otherwise black.
   */
  void place(ByteBuffer rgb, int canvasWidth, int canvasHeight) {
    if (width == canvasWidth && height == canvasHeight) {
      return;
    }
    byte[] row = new byte[3 * width];
    byte[] line = new byte[3 * canvasWidth];
    for (int y = canvasHeight - 1; y >= 0; y--) {
      Arrays.fill(line, alpha ? WHITE : 0);
      if (y >= top && y < top + height) {
        rgb.get(3 * width * (y - top), row);
        System.arraycopy(row, 0, line, 3 * left, row.length);
      }
      rgb.put(3 * canvasWidth * y, line);
    }
  }
}
