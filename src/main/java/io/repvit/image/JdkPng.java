package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.SampleRows.Layout;
import java.awt.Rectangle;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/** Decodes PNG by the JVM's reader. It returns stored samples, which are converted to RGB here. */
final class JdkPng {
  private static final int GREY_ALPHA = 4;

  private final EncodedBytes bytes;
  private final int depth;
  private final int colour;
  private final long key;
  private final int samples;
  private final SampleRows rows;

  private JdkPng(EncodedBytes bytes) throws ImageException {
    this.bytes = bytes;
    long header = PngHeader.SIGNATURE.length() + 8;
    depth = bytes.u8(header + 8);
    colour = bytes.u8(header + 9);
    if (depth < 1 || depth > 16) {
      throw new ImageException(
          Code.CORRUPT, "PNG: IHDR declares " + depth + " bits per sample, needs 1 to 16");
    }
    key = colour == PngHeader.PALETTE ? -1 : PngHeader.transparency(bytes);
    samples =
        switch (colour) {
          case PngHeader.GREY, PngHeader.PALETTE -> 1;
          case GREY_ALPHA -> 2;
          case PngHeader.RGB -> 3;
          default -> 4;
        };
    rows = rows();
  }

  static void decode(ImageHeader header, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    ByteBuffer copy = context.encoded.atLeast(bytes.length());
    copy.limit(PngHeader.copyCritical(bytes, copy, false));
    var png = new JdkPng(bytes);
    ImageReader reader = JdkJpeg.reader("png");
    try (BufferInput input = new BufferInput(copy)) {
      reader.setInput(input);
      png.readStripes(reader, header, rgb);
    } catch (IOException | RuntimeException e) {
      // The reader throws any of these for a damaged file.
      String why = ImageException.reason(e);
      throw new ImageException(
          Code.CORRUPT, "PNG: " + why + "; replace the object or leave it out");
    } finally {
      reader.dispose();
    }
  }

  private SampleRows rows() throws ImageException {
    byte[] scale = Samples8.of((1 << depth) - 1);
    return switch (colour) {
      case PngHeader.GREY ->
          key < 0
              ? SampleRows.of(Layout.GREY, 1, scale)
              : SampleRows.of(Layout.GREY_ALPHA, 2, scale);
      case PngHeader.RGB ->
          key < 0 ? SampleRows.of(Layout.RGB, 3, scale) : SampleRows.of(Layout.RGBA, 4, scale);
      case PngHeader.PALETTE -> SampleRows.indexed(1, palette());
      case GREY_ALPHA -> SampleRows.of(Layout.GREY_ALPHA, 2, scale);
      default -> SampleRows.of(Layout.RGBA, 4, scale);
    };
  }

  private int[] palette() throws ImageException {
    long colours = PngHeader.find(bytes, PngHeader.PLTE);
    if (colours < 0) {
      throw new ImageException(
          Code.CORRUPT,
          "PNG: a palette image has no PLTE chunk; replace the object or leave it out");
    }
    long alphas = PngHeader.transparency(bytes);
    long alphaCount = alphas < 0 ? 0 : bytes.u32(alphas - 8);
    int[] palette = new int[(int) Math.min(256, bytes.u32(colours - 8) / 3)];
    for (int i = 0; i < palette.length; i++) {
      long at = colours + 3L * i;
      int alpha = i < alphaCount ? bytes.u8(alphas + i) : 255;
      palette[i] = alpha << 24 | bytes.u8(at) << 16 | bytes.u8(at + 1) << 8 | bytes.u8(at + 2);
    }
    return palette;
  }

  private void readStripes(ImageReader reader, ImageHeader header, ByteBuffer rgb)
      throws IOException, ImageException {
    int width = header.width();
    int height = header.height();
    if (reader.getWidth(0) != width || reader.getHeight(0) != height) {
      throw new IOException("the codec found another size than " + width + "x" + height);
    }
    int bytesPerPixel = samples * (depth > 8 ? 2 : 1);
    int stripe = (int) Math.max(1, JdkJpeg.STRIPE_BYTES / ((long) bytesPerPixel * width));
    int[] row = new int[samples * width];
    int[] keyed = new int[key < 0 ? 0 : (samples + 1) * width];
    for (int top = 0; top < height; top += stripe) {
      ImageReadParam region = reader.getDefaultReadParam();
      region.setSourceRegion(new Rectangle(0, top, width, Math.min(stripe, height - top)));
      Raster raster = reader.read(0, region).getRaster();
      for (int y = 0; y < raster.getHeight(); y++) {
        raster.getPixels(0, y, width, 1, row);
        rows.put(key < 0 ? row : withAlpha(row, keyed), width, rgb, 3 * width * (top + y));
      }
    }
  }

  /** Appends an alpha sample to each pixel: transparent for the colour in tRNS, else opaque. */
  private int[] withAlpha(int[] row, int[] keyed) throws ImageException {
    int most = (1 << depth) - 1;
    int[] clear = new int[samples];
    for (int c = 0; c < samples; c++) {
      clear[c] = bytes.u16(key + 2L * c) & most;
    }
    for (int i = 0, to = 0; i < row.length; i += samples, to += samples + 1) {
      boolean match = true;
      for (int c = 0; c < samples; c++) {
        keyed[to + c] = row[i + c];
        match &= row[i + c] == clear[c];
      }
      keyed[to + samples] = match ? 0 : most;
    }
    return keyed;
  }
}
