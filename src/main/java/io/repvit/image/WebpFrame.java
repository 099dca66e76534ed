package io.repvit.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One frame of an animated WebP, or a picture whose header is replaced.
 *
 * @param left column of the canvas where it begins
 * @param top row of the canvas where it begins
 * @param alpha whether the animation has transparency; otherwise that of the frame does not count
 * @param data where its chunks begin
 * @param length of its chunks, bytes
 */
record WebpFrame(int left, int top, int width, int height, boolean alpha, long data, int length) {
  private static final int HEAD = 30;
  private static final byte WHITE = (byte) 255;

  /** The frame as a file of its own. */
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
   * Moves the frame's pixels from the beginning of {@code rgb} to their place on the canvas, which
   * is white where an animation with transparency does not cover it, otherwise black.
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
