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
  private final DirectBytes encodedCopy = new DirectBytes();
  private final DirectBytes storedSamples = new DirectBytes();
  private final DirectBytes pixels = new DirectBytes();
  private final DirectBytes turned = new DirectBytes();
  private boolean closed;

  public ImageDecoder(ImageLimits limits, Orientation orientation) {
    OpenCv.load();
    this.limits = limits;
    this.orientation = orientation;
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
    ByteBuffer rgb = pixels.atLeast(3 * header.width() * header.height());
    if (header.samples() == Samples.CMYK || header.samples() == Samples.YCCK) {
      decodeInks(header, bytes, rgb);
    } else {
      decodePixels(header, bytes, rgb);
    }
    return upright(header, rgb);
  }

  private void decodeInks(ImageHeader header, EncodedBytes bytes, ByteBuffer rgb)
      throws ImageException {
    ByteBuffer copy = encodedCopy.atLeast(bytes.length()).limit(bytes.length());
    JpegHeader.copyWithoutMetadata(bytes, copy);
    InkJpeg.decode(copy, header, InkJpeg.STRIPE_BYTES, rgb);
  }

  private void decodePixels(ImageHeader header, EncodedBytes bytes, ByteBuffer rgb)
      throws ImageException {
    try (BytePointer address = address(header.format(), bytes);
        Mat source = new Mat(1, (int) address.limit(), opencv_core.CV_8UC1, address)) {
      if (header.samples() == Samples.OPAQUE) {
        decodeOpaque(header, source);
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

  private void decodeOpaque(ImageHeader header, Mat source) throws ImageException {
    try (Mat target =
            new Mat(header.height(), header.width(), opencv_core.CV_8UC3, pixels.pointer());
        Mat decoded = OpenCv.decode(source, OpenCv.AS_RGB8, target, header.format())) {
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

  private DecodedImage upright(ImageHeader header, ByteBuffer rgb) {
    int width = header.width();
    int height = header.height();
    int bytes = 3 * width * height;
    if (orientation == Orientation.IGNORE || header.orientation() == 1) {
      return new DecodedImage(header.format(), width, height, rgb.slice(0, bytes));
    }
    ByteBuffer result = turned.atLeast(bytes);
    OpenCv.turn(header.orientation(), pixels.pointer(), width, height, turned.pointer());
    boolean swap = header.orientation() >= 5;
    return new DecodedImage(
        header.format(), swap ? height : width, swap ? width : height, result.slice(0, bytes));
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
