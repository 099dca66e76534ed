package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Encoded JPEG, PNG and WebP to RGB, with memory that is reused from image to image. One per
 * thread.
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
  private final ImageLimits limits;
  private final Orientation orientation;
  private final JpegScaling scaling;
  private final int resizeShort;
  private final DirectBytes encodedCopy = new DirectBytes();
  private final DirectBytes storedSamples = new DirectBytes();
  private final DirectBytes pixels = new DirectBytes();
  private final DirectBytes turned = new DirectBytes();
  private boolean closed;

  /** A decoder of all pixels. */
  public ImageDecoder(ImageLimits limits, Orientation orientation) {
    this(limits, orientation, JpegScaling.FULL, 1);
  }

  /**
   * A decoder for pictures that will be resized.
   *
   * @param resizeShort what the short side will be resized to, pixels
   */
  public ImageDecoder(
      ImageLimits limits, Orientation orientation, JpegScaling scaling, int resizeShort) {
    OpenCv.load();
    this.limits = limits;
    this.orientation = orientation;
    this.scaling = scaling;
    this.resizeShort = resizeShort;
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

  /** What the image says of itself, within the limits of bytes and pixels. */
  ImageHeader header(EncodedBytes bytes) throws ImageException {
    if (closed) {
      throw new IllegalStateException("the decoder is closed");
    }
    requireLength(bytes.length());
    ImageHeader header = ImageSniffer.read(bytes);
    requirePixels(header);
    return header;
  }

  DecodedImage decode(ImageHeader header, EncodedBytes bytes) throws ImageException {
    int factor = factor(header);
    ImageHeader decoded = header.reduced(factor);
    ByteBuffer rgb = pixels.atLeast(3 * decoded.width() * decoded.height());
    if (header.inks()) {
      decodeInks(header, bytes, rgb);
    } else {
      decodePixels(decoded, factor, bytes, rgb);
    }
    return upright(header, decoded, rgb);
  }

  private int factor(ImageHeader header) {
    return header.format() == ImageFormat.JPEG && !header.inks()
        ? scaling.factor(Math.min(header.width(), header.height()), resizeShort)
        : 1;
  }

  private void decodeInks(ImageHeader header, EncodedBytes bytes, ByteBuffer rgb)
      throws ImageException {
    ByteBuffer copy = encodedCopy.atLeast(bytes.length()).limit(bytes.length());
    JpegHeader.copyWithoutMetadata(bytes, copy);
    InkJpeg.decode(copy, header, InkJpeg.STRIPE_BYTES, rgb);
  }

  private void decodePixels(ImageHeader header, int factor, EncodedBytes bytes, ByteBuffer rgb)
      throws ImageException {
    try (BytePointer address = address(header.format(), bytes);
        Mat source = new Mat(1, (int) address.limit(), opencv_core.CV_8UC1, address)) {
      if (header.samples() == Samples.OPAQUE) {
        decodeOpaque(header, factor, source);
      } else {
        boolean keyed = header.samples() == Samples.GREY_WITH_KEY;
        decodeStored(header, source, keyed ? PngHeader.greyKey(bytes) : Flattening.NO_KEY, rgb);
      }
    }
  }

  private void requireLength(int length) throws ImageException {
    if (length == 0) {
      throw new ImageException(Code.EMPTY, "no bytes; fetch or upload the object again");
    }
    if (length > limits.maxEncodedBytes()) {
      throw new ImageException(
          Code.TOO_MANY_BYTES,
          "%d encoded bytes, the limit is %d; raise the limit or leave the object out"
              .formatted(length, limits.maxEncodedBytes()));
    }
  }

  private void requirePixels(ImageHeader header) throws ImageException {
    if ((long) header.width() * header.height() > limits.maxPixels()) {
      throw new ImageException(
          Code.TOO_MANY_PIXELS,
          "%s declares %dx%d, the limit is %d pixels; raise the limit or leave the object out"
              .formatted(header.format(), header.width(), header.height(), limits.maxPixels()));
    }
  }

  /** The bytes where native code can read them; closing it frees nothing but itself. */
  private BytePointer address(ImageFormat format, EncodedBytes bytes) throws ImageException {
    ByteBuffer source = bytes.buffer();
    if (source.isDirect() && format != ImageFormat.PNG) {
      return new BytePointer(source);
    }
    ByteBuffer copy = encodedCopy.atLeast(bytes.length());
    if (format == ImageFormat.PNG) {
      return new BytePointer(copy.limit(PngHeader.copyCritical(bytes, copy)));
    }
    copy.put(0, source, 0, bytes.length());
    return new BytePointer(copy.limit(bytes.length()));
  }

  private void decodeOpaque(ImageHeader header, int factor, Mat source) throws ImageException {
    try (Mat target =
            new Mat(header.height(), header.width(), opencv_core.CV_8UC3, pixels.pointer());
        Mat decoded = OpenCv.decode(source, OpenCv.asRgb8(factor), target, header.format())) {
      if (decoded.data().address() != pixels.pointer().address()) {
        throw new IllegalStateException("OpenCV decoded " + header + " to type " + decoded.type());
      }
    }
  }

  private void decodeStored(ImageHeader header, Mat source, int key, ByteBuffer rgb)
      throws ImageException {
    storedSamples.atLeast(4 * header.width() * header.height());
    try (Mat target =
            new Mat(header.height(), header.width(), opencv_core.CV_8UC4, storedSamples.pointer());
        Mat decoded = OpenCv.decode(source, OpenCv.AS_STORED, target, header.format())) {
      Flattening.toRgb(decoded, key, rgb);
    }
  }

  private DecodedImage upright(ImageHeader stored, ImageHeader decoded, ByteBuffer rgb) {
    int width = stored.width();
    int height = stored.height();
    int columns = decoded.width();
    int rows = decoded.height();
    ByteBuffer result = rgb.slice(0, 3 * columns * rows);
    if (orientation == Orientation.EXIF && stored.orientation() != 1) {
      result = turned.atLeast(3 * columns * rows).slice(0, 3 * columns * rows);
      OpenCv.turn(stored.orientation(), pixels.pointer(), columns, rows, turned.pointer());
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
    encodedCopy.release();
    storedSamples.release();
    pixels.release();
    turned.release();
  }
}
