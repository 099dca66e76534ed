package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import io.repvit.image.SampleRows.Layout;
import java.nio.ByteBuffer;

/**
 * PBM, PGM and PPM of Netpbm, plain (P1 to P3) and raw (P4 to P6). As in Pillow, only the first
 * image of a file is decoded.
 */
final class PnmCodec implements ImageCodec {
  private static final int GREATEST_LEVEL = 65535;

  @Override
  public boolean matches(EncodedBytes bytes) {
    if (bytes.length() < 3 || !bytes.startsWith(0, "P")) {
      return false;
    }
    int kind = bytes.buffer().get(1);
    int next = bytes.buffer().get(2);
    return kind >= '1' && kind <= '6' && (PnmTokens.space(next) || next == '#');
  }

  @Override
  public ImageHeader header(EncodedBytes bytes, Animated animated) throws ImageException {
    return Parsed.of(bytes).header(bytes);
  }

  @Override
  public void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    Parsed p = Parsed.of(bytes);
    int samples = p.layout().samples() * p.width();
    var rows = SampleRows.of(p.layout(), p.layout().samples(), p.scale());
    int[] row = new int[samples];
    var tokens = new PnmTokens(bytes, p.data());
    for (int y = 0; y < p.height(); y++) {
      if (p.plain()) {
        for (int i = 0; i < samples; i++) {
          row[i] = p.bilevel() ? tokens.digit() : tokens.number(p.most());
        }
      } else {
        p.rawRow(bytes, y, row);
      }
      rows.put(row, p.width(), rgb, 3 * p.width() * y);
    }
  }

  /**
   * The header of a PNM file.
   *
   * @param kind digit of the magic number, 1 to 6
   * @param most largest sample value (maxval)
   * @param data position of the pixels
   */
  private record Parsed(int kind, int width, int height, int most, long data) {

    static Parsed of(EncodedBytes bytes) throws ImageException {
      int kind = bytes.u8(1) - '0';
      var tokens = new PnmTokens(bytes, 2);
      int width = tokens.number(Integer.MAX_VALUE);
      int height = tokens.number(Integer.MAX_VALUE);
      ImageHeader.requireSize("PNM", width, height);
      int most = kind == 1 || kind == 4 ? 1 : tokens.number(Integer.MAX_VALUE);
      if (most < 1 || most > GREATEST_LEVEL) {
        throw new ImageException(
            Code.CORRUPT, "PNM: the maxval is " + most + ", must be 1 to 65535");
      }
      // A single whitespace character ends the header.
      return new Parsed(kind, width, height, most, tokens.position() + 1);
    }

    ImageHeader header(EncodedBytes bytes) throws ImageException {
      // Lower bound of the length: one digit per sample, and whitespace between numbers.
      long samples = (long) layout().samples() * width;
      long least = plain() ? samples * height * (bilevel() ? 1 : 2) - 1 : rowBytes() * height;
      bytes.need(data, least);
      return new ImageHeader(ImageFormat.PNM, width, height, 1, Samples.OPAQUE, 1);
    }

    boolean plain() {
      return kind <= 3;
    }

    boolean bilevel() {
      return kind == 1 || kind == 4;
    }

    Layout layout() {
      return kind == 3 || kind == 6 ? Layout.RGB : Layout.GREY;
    }

    byte[] scale() {
      return bilevel() ? Samples8.inverted(1) : Samples8.of(most);
    }

    long rowBytes() {
      long samples = (long) layout().samples() * width;
      return bilevel() ? (samples + 7) / 8 : samples * (most > 255 ? 2 : 1);
    }

    /** Reads a row; samples above the maxval are clipped, as in Pillow. */
    void rawRow(EncodedBytes bytes, int y, int[] row) throws ImageException {
      long at = data + y * rowBytes();
      for (int i = 0; i < row.length; i++) {
        if (bilevel()) {
          row[i] = bytes.u8(at + i / 8) >> (7 - i % 8) & 1;
        } else {
          int level = most > 255 ? bytes.u16(at + 2L * i) : bytes.u8(at + i);
          row[i] = Math.min(level, most);
        }
      }
    }
  }
}
