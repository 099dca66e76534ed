package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** GIF (87a and 89a). The first frame is decoded, as in Pillow. */
final class GifCodec implements ImageCodec {
  private static final int[] PASS_START = {0, 4, 2, 1};
  private static final int[] PASS_STEP = {8, 8, 4, 2};

  @Override
  public boolean matches(EncodedBytes bytes) {
    return bytes.startsWith(0, "GIF87a") || bytes.startsWith(0, "GIF89a");
  }

  @Override
  public ImageHeader header(EncodedBytes bytes, Animated animated) throws ImageException {
    GifFrame frame = GifFrame.first(bytes);
    if (animated == Animated.REFUSE && frame.followed(bytes)) {
      throw ImageHeader.severalFrames("GIF: an animation");
    }
    return new ImageHeader(
        ImageFormat.GIF, frame.canvasWidth(), frame.canvasHeight(), 1, Samples.OPAQUE, 1);
  }

  @Override
  public void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    GifFrame frame = GifFrame.first(bytes);
    SampleRows rows = SampleRows.indexed(1, frame.palette(bytes));
    int[] row = new int[Math.max(frame.width(), header.width())];
    if (frame.width() < header.width() || frame.height() < header.height()) {
      Arrays.fill(row, frame.outside());
      for (int y = 0; y < header.height(); y++) {
        rows.put(row, header.width(), rgb, 3 * header.width() * y);
      }
    }
    var lzw = new GifLzw(bytes, frame.data());
    for (int pass = 0; pass < (frame.interlaced() ? PASS_START.length : 1); pass++) {
      int step = frame.interlaced() ? PASS_STEP[pass] : 1;
      for (int y = frame.interlaced() ? PASS_START[pass] : 0; y < frame.height(); y += step) {
        lzw.read(row, frame.width());
        int at = header.width() * (frame.top() + y) + frame.left();
        rows.put(row, frame.width(), rgb, 3 * at);
      }
    }
  }

  static ImageException corrupt(String why) {
    return new ImageException(Code.CORRUPT, "GIF: " + why + "; upload the object again");
  }
}
