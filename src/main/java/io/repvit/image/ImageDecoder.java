package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Decodes images of every {@link ImageFormat} to 8-bit RGB. Not thread-safe; memory is reused from
 * image to image.
 *
 * <p>The pixels are bit-identical with those of Pillow 12's {@code convert('RGB')}, with three
 * intended differences:
 *
 * <ul>
 *   <li>Transparency is composed over white; {@code convert('RGB')} drops the alpha channel.
 *   <li>16-bit samples are scaled by rounding; Pillow keeps the high byte of colours and clips
 *       grey.
 *   <li>Invalid metadata is ignored; Pillow may refuse the image.
 * </ul>
 *
 * <p>Colour profiles are not applied, as in Pillow. A truncated file is refused. A JPEG with
 * damaged entropy-coded data but intact markers is decoded as far as libjpeg can, as in Pillow.
 * docs/images.md lists the formats and the differences.
 */
public final class ImageDecoder implements AutoCloseable {
  /** Largest width or height, pixels: the limit of OpenCV, and a bound on rows held on the heap. */
  private static final int MOST_SIDE = 1 << 20;

  private final ImageLimits limits;
  private final DecodeOptions options;
  private final int resizeShort;
  private final DecoderContext context;
  private final DirectBytes pixels = new DirectBytes();
  private final DirectBytes turned = new DirectBytes();
  private boolean closed;

  /** Creates a decoder that decodes images in full and refuses animations. */
  public ImageDecoder(ImageLimits limits, Orientation orientation) {
    this(limits, new DecodeOptions(orientation, JpegScaling.FULL, Animated.REFUSE), 1);
  }

  /**
   * Creates a decoder for images that are resized afterwards.
   *
   * @param resizeShort length of the short side after resizing, pixels
   */
  public ImageDecoder(ImageLimits limits, DecodeOptions options, int resizeShort) {
    this(limits, options, resizeShort, PixelEngines.chosen());
  }

  ImageDecoder(ImageLimits limits, DecodeOptions options, int resizeShort, PixelEngine engine) {
    this.limits = limits;
    this.options = options;
    this.resizeShort = resizeShort;
    this.context = new DecoderContext(engine);
  }

  /** Decodes a part of an array, see {@link #decode(ByteBuffer)}. */
  public DecodedImage decode(byte[] encoded, int offset, int length) throws ImageException {
    return decode(ByteBuffer.wrap(encoded, offset, length));
  }

  /**
   * Decodes the bytes from position to limit, without changing either. Direct buffers with a JPEG
   * or WebP are read in place, others are copied once.
   *
   * @return a view that is valid until the next call
   */
  public DecodedImage decode(ByteBuffer encoded) throws ImageException {
    EncodedBytes bytes = new EncodedBytes(encoded);
    return decode(header(bytes), bytes);
  }

  /** Checks the header and, of a JPEG, all markers, without decoding pixels. */
  public void check(ByteBuffer encoded) throws ImageException {
    header(new EncodedBytes(encoded));
  }

  /** Returns the header of an image that is within the limits. */
  ImageHeader header(EncodedBytes bytes) throws ImageException {
    if (closed) {
      throw new IllegalStateException("the decoder is closed");
    }
    requireLength(bytes.length());
    ImageCodec codec = ImageSniffer.format(bytes).codec();
    ImageHeader header = codec.header(bytes, options.animated());
    requireSides(header);
    requirePixels(header);
    requireWork(header);
    return header;
  }

  DecodedImage decode(ImageHeader header, EncodedBytes bytes) throws ImageException {
    int factor = factor(header);
    ImageHeader decoded = header.reduced(factor);
    try {
      ByteBuffer rgb = pixels.atLeast(3 * decoded.width() * decoded.height());
      header.format().codec().decode(header, factor, bytes, context, rgb);
      return upright(header, decoded, rgb);
    } catch (OutOfMemoryError e) {
      // The memory of this image is released, so the task and the JVM can continue.
      throw new ImageException(
          Code.DECODER_BUSY,
          String.format(
              Locale.ROOT,
              "%s of %dx%d: not enough memory to decode it (%s); start another run with a larger"
                  + " -XX:MaxDirectMemorySize or heap, or fewer task slots",
              header.format(),
              header.width(),
              header.height(),
              e.getMessage()));
    }
  }

  private int factor(ImageHeader header) {
    return header.format() == ImageFormat.JPEG && !header.isCmyk()
        ? options.scaling().factor(Math.min(header.width(), header.height()), resizeShort)
        : 1;
  }

  private void requireLength(int length) throws ImageException {
    if (length == 0) {
      throw new ImageException(Code.EMPTY, "the object is empty, found 0 bytes; upload it again");
    }
    if (length > limits.maxEncodedBytes()) {
      throw new ImageException(
          Code.TOO_MANY_BYTES,
          String.format(
              Locale.ROOT,
              "%d encoded bytes, the limit is %d; raise the limit or leave the object out",
              length,
              limits.maxEncodedBytes()));
    }
  }

  private static void requireSides(ImageHeader header) throws ImageException {
    if (Math.max(header.width(), header.height()) > MOST_SIDE) {
      throw new ImageException(
          Code.TOO_MANY_PIXELS,
          String.format(
              Locale.ROOT,
              "%s declares %dx%d, a side may have at most %d pixels; leave the object out",
              header.format(),
              header.width(),
              header.height(),
              MOST_SIDE));
    }
  }

  private void requirePixels(ImageHeader header) throws ImageException {
    if ((long) header.width() * header.height() > limits.maxPixels()) {
      throw new ImageException(
          Code.TOO_MANY_PIXELS,
          String.format(
              Locale.ROOT,
              "%s declares %dx%d, the limit is %d pixels; raise the limit or leave the object out",
              header.format(),
              header.width(),
              header.height(),
              limits.maxPixels()));
    }
  }

  private void requireWork(ImageHeader header) throws ImageException {
    if (header.work() > limits.maxWork()) {
      throw new ImageException(
          header.format() == ImageFormat.TIFF ? Code.TOO_MANY_PIXELS : Code.TOO_MANY_SCANS,
          String.format(
              Locale.ROOT,
              "%s of %dx%d, %d scans: %d samples to decode, the limit is %d (%d for each of max-image-pixels); encode the image again, raise max-image-pixels or leave the object out",
              header.format(),
              header.width(),
              header.height(),
              header.scans(),
              header.work(),
              limits.maxWork(),
              ImageLimits.WORK_PER_PIXEL));
    }
  }

  private DecodedImage upright(ImageHeader stored, ImageHeader decoded, ByteBuffer rgb) {
    int width = stored.width();
    int height = stored.height();
    int columns = decoded.width();
    int rows = decoded.height();
    ByteBuffer result = rgb.slice(0, 3 * columns * rows);
    if (options.orientation() == Orientation.EXIF && stored.orientation() != 1) {
      result = turned.atLeast(3 * columns * rows).slice(0, 3 * columns * rows);
      context.engine.turn(stored.orientation(), rgb, columns, rows, result);
      if (stored.orientation() >= 5) {
        return new DecodedImage(stored.format(), height, width, rows, columns, result);
      }
    }
    return new DecodedImage(stored.format(), width, height, columns, rows, result);
  }

  /** Releases the memory; a second call has no effect. */
  @Override
  public void close() {
    closed = true;
    context.release();
    pixels.release();
    turned.release();
  }
}
