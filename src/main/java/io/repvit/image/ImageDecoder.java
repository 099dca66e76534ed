package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Encoded images of every {@link ImageFormat} to RGB, with memory that is reused from image to
 * image. One per thread.
 *
 * <p>The pixels are those of Pillow 12's {@code convert('RGB')}, bit for bit, for RGB, grey, CMYK
 * and YCCK JPEG, opaque 8-bit PNG and opaque WebP (CMYK of 4:4:0 only where the JVM links
 * libjpeg-turbo). On purpose it differs from Pillow in three things:
 *
 * <ul>
 *   <li>Transparency is composed over white, as a page would show it; {@code convert('RGB')} drops
 *       alpha and so uncovers whatever colour is stored where nothing shows.
 *   <li>16-bit samples are scaled by rounding; Pillow keeps the high byte of colours and clips
 *       grey.
 *   <li>Metadata that cannot be read is ignored; Pillow may refuse the image.
 * </ul>
 *
 * <p>Colour profiles are not applied, as in Pillow. Files without their end are refused, where
 * codecs would fill up with grey; as in Pillow, a JPEG that is whole outside but damaged within its
 * scan is decoded as far as libjpeg can.
 */
public final class ImageDecoder implements AutoCloseable {
  private static final int MOST_SIDE = 1 << 20;

  private final ImageLimits limits;
  private final DecodeOptions options;
  private final int resizeShort;
  private final DecoderContext context;
  private final DirectBytes pixels = new DirectBytes();
  private final DirectBytes turned = new DirectBytes();
  private boolean closed;

  /** A decoder of all pixels. */
  public ImageDecoder(ImageLimits limits, Orientation orientation) {
    this(limits, new DecodeOptions(orientation, JpegScaling.FULL, Animated.REFUSE), 1);
  }

  /**
   * A decoder for pictures that will be resized.
   *
   * @param resizeShort what the short side will be resized to, pixels
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

  /** As {@link #decode(ByteBuffer)}, of a part of an array. */
  public DecodedImage decode(byte[] encoded, int offset, int length) throws ImageException {
    return decode(ByteBuffer.wrap(encoded, offset, length));
  }

  /**
   * Decodes the bytes from position to limit, which both stay as they are. Direct JPEG and WebP
   * buffers are read in place, others are copied once.
   *
   * @return a view that is valid until the next call
   */
  public DecodedImage decode(ByteBuffer encoded) throws ImageException {
    EncodedBytes bytes = new EncodedBytes(encoded);
    return decode(header(bytes), bytes);
  }

  /**
   * Does only what is done before any pixel: the header is read and, of a JPEG, the markers are
   * followed to its end.
   */
  public void check(ByteBuffer encoded) throws ImageException {
    header(new EncodedBytes(encoded));
  }

  /** What the image says of itself, within the limits of bytes and pixels. */
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
      // Of one image, whose memory is given back: no reason to end the task, or the JVM.
      throw new ImageException(
          Code.DECODER_BUSY,
          String.format(
              Locale.ROOT,
              "%s of %dx%d: no memory to decode it (%s); start another run with a larger"
                  + " -XX:MaxDirectMemorySize or heap, or fewer task slots",
              header.format(),
              header.width(),
              header.height(),
              e.getMessage()));
    }
  }

  private int factor(ImageHeader header) {
    return header.format() == ImageFormat.JPEG && !header.inks()
        ? options.scaling().factor(Math.min(header.width(), header.height()), resizeShort)
        : 1;
  }

  private void requireLength(int length) throws ImageException {
    if (length == 0) {
      throw new ImageException(Code.EMPTY, "no bytes; fetch or upload the object again");
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

  /** Of some formats whole rows are held on the heap. OpenCV has the same limit. */
  private static void requireSides(ImageHeader header) throws ImageException {
    if (Math.max(header.width(), header.height()) > MOST_SIDE) {
      throw new ImageException(
          Code.TOO_MANY_PIXELS,
          String.format(
              Locale.ROOT,
              "%s declares %dx%d, sides have at most %d pixels; leave the object out",
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
              "%s of %dx%d, %d scans: %d samples to decode, the limit is %d (%d for each of max-image-pixels); encode it again, raise max-image-pixels or leave it out",
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

  /** Lets go of the memory; a second call does nothing. */
  @Override
  public void close() {
    closed = true;
    context.release();
    pixels.release();
    turned.release();
  }
}
