package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;

/** Implementation with OpenCV. Loading the class sets up OpenCV's native library. */
final class OpenCvEngine implements PixelEngine {
  private static final String PHYSICAL_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";

  // This block must precede the constants, whose initialisation loads the native library.
  static {
    // By default JavaCPP refuses to allocate when the resident memory of the process exceeds a
    // multiple of the heap. Every allocation here is freed explicitly.
    if (System.getProperty(PHYSICAL_LIMIT) == null) {
      System.setProperty(PHYSICAL_LIMIT, "0");
    }
    NativeCache.makePrivate();
    // Each task computes on its own thread; OpenCV's thread pool would use the cores of other
    // tasks.
    opencv_core.setNumThreads(1);
  }

  private static final int AS_RGB8 =
      opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

  /** OpenCV refuses WebP files that are shorter; padding after the end is ignored. */
  private static final int LEAST_BYTES = 32;

  private static final PixelEngine JDK = new JdkEngine();

  private static final int AS_STORED = opencv_imgcodecs.IMREAD_UNCHANGED;

  /** Returns the flags for a divisor: bits 4, 5 and 6 mean 2, 4 and 8. */
  private static int asRgb8(int factor) {
    return factor == 1
        ? AS_RGB8
        : AS_RGB8 | factor * (opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2 / 2);
  }

  /** Loads the native libraries; throws a {@link LinkageError} if that fails. */
  OpenCvEngine() {}

  @Override
  public void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    if (!decoded(header, factor, bytes, context, rgb)) {
      throw undecodable(header, bytes, context, rgb);
    }
  }

  /** Returns whether the codec decoded the image; OpenCV gives no reason if it did not. */
  private static boolean decoded(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    try (BytePointer address = address(header.format(), bytes, context);
        Mat source = new Mat(1, (int) address.limit(), opencv_core.CV_8UC1, address)) {
      if (header.samples() == Samples.OPAQUE) {
        return decodeOpaque(header, factor, source, rgb);
      } else {
        boolean keyed = header.samples() == Samples.GREY_WITH_KEY;
        int key = keyed ? PngHeader.greyKey(bytes) : Flattening.NO_KEY;
        return decodeStored(header, source, key, context, rgb);
      }
    }
  }

  /** Decodes the image with the JDK's reader to find the reason. */
  private static ImageException undecodable(
      ImageHeader header, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb) {
    try {
      JDK.decode(header, 1, bytes, context, rgb);
    } catch (ImageException e) {
      if (e.code() == Code.CORRUPT) {
        return e;
      }
    }
    return corrupt(header.format(), "the codec cannot decode the pixels");
  }

  /** Returns a pointer to the encoded bytes, in place or to a copy; it does not own the memory. */
  private static BytePointer address(ImageFormat format, EncodedBytes bytes, DecoderContext context)
      throws ImageException {
    ByteBuffer source = bytes.buffer();
    int length = bytes.length();
    if (source.isDirect() && format != ImageFormat.PNG && length >= LEAST_BYTES) {
      return new BytePointer(source);
    }
    if (format == ImageFormat.PNG) {
      ByteBuffer copy = context.encoded.atLeast(length);
      return new BytePointer(copy.limit(PngHeader.copyCritical(bytes, copy, true)));
    }
    int padded = Math.max(length, LEAST_BYTES);
    ByteBuffer copy = context.encoded.atLeast(padded);
    copy.put(0, source, 0, length).put(length, new byte[padded - length]);
    return new BytePointer(copy.limit(padded));
  }

  private static boolean decodeOpaque(ImageHeader header, int factor, Mat source, ByteBuffer rgb)
      throws ImageException {
    try (BytePointer pixels = new BytePointer(rgb);
        Mat target = new Mat(header.height(), header.width(), opencv_core.CV_8UC3, pixels);
        Mat decoded = decode(source, asRgb8(factor), target, header.format())) {
      if (!decoded.empty() && decoded.data().address() != pixels.address()) {
        throw new IllegalStateException("OpenCV decoded " + header + " to type " + decoded.type());
      }
      return !decoded.empty();
    }
  }

  private static boolean decodeStored(
      ImageHeader header, Mat source, int key, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    ByteBuffer stored = context.samples.atLeast(4 * header.width() * header.height());
    try (BytePointer samples = new BytePointer(stored);
        Mat target = new Mat(header.height(), header.width(), opencv_core.CV_8UC4, samples);
        Mat decoded = decode(source, AS_STORED, target, header.format())) {
      if (!decoded.empty()) {
        Flattening.toRgb(decoded, key, rgb);
      }
      return !decoded.empty();
    }
  }

  /**
   * Decodes into the memory of {@code target} if the image has its size and type, otherwise into
   * new memory.
   *
   * @return the image, which the caller closes; empty if the codec failed
   */
  private static Mat decode(Mat encoded, int flags, Mat target, ImageFormat format)
      throws ImageException {
    Mat decoded;
    int rows = target.rows();
    int columns = target.cols();
    try {
      decoded = CodecStderr.muted(() -> opencv_imgcodecs.imdecode(encoded, flags, target));
    } catch (RuntimeException e) {
      throw corrupt(format, reason(e));
    }
    if (decoded.empty()) {
      return decoded;
    }
    if (decoded.rows() != rows || decoded.cols() != columns) {
      String found = decoded.cols() + "x" + decoded.rows();
      decoded.close();
      throw corrupt(
          format, "the header declares " + columns + "x" + rows + ", the codec found " + found);
    }
    return decoded;
  }

  @Override
  public void turn(int orientation, ByteBuffer from, int width, int height, ByteBuffer to) {
    boolean swap = orientation >= 5;
    int columns = swap ? height : width;
    int rows = swap ? width : height;
    try (BytePointer stored = new BytePointer(from);
        BytePointer turned = new BytePointer(to);
        Mat source = new Mat(height, width, opencv_core.CV_8UC3, stored);
        Mat upright = new Mat(rows, columns, opencv_core.CV_8UC3, turned)) {
      switch (orientation) {
        case 2 -> opencv_core.flip(source, upright, 1);
        case 3 -> opencv_core.flip(source, upright, -1);
        case 4 -> opencv_core.flip(source, upright, 0);
        case 5 -> opencv_core.transpose(source, upright);
        case 6 -> opencv_core.rotate(source, upright, opencv_core.ROTATE_90_CLOCKWISE);
        case 7 -> {
          opencv_core.transpose(source, upright);
          opencv_core.flip(upright, upright, -1);
        }
        case 8 -> opencv_core.rotate(source, upright, opencv_core.ROTATE_90_COUNTERCLOCKWISE);
        default -> throw new IllegalArgumentException("orientation " + orientation);
      }
    }
  }

  @Override
  public void transpose(
      ByteBuffer from, int offset, int rows, int columns, int rowBytes, ByteBuffer to) {
    try (BytePointer pixels = new BytePointer(from);
        BytePointer corner = pixels.getPointer(offset);
        BytePointer target = new BytePointer(to);
        Mat source = new Mat(rows, columns, opencv_core.CV_8UC3, corner, rowBytes);
        Mat turned = new Mat(columns, rows, opencv_core.CV_8UC3, target)) {
      opencv_core.transpose(source, turned);
    }
  }

  @Override
  public void separate(ByteBuffer from, int pixels, ByteBuffer to) {
    try (BytePointer rgb = new BytePointer(from);
        BytePointer red = new BytePointer(to);
        BytePointer green = red.getPointer(pixels);
        BytePointer blue = red.getPointer(2L * pixels);
        Mat source = new Mat(1, pixels, opencv_core.CV_8UC3, rgb);
        Mat reds = new Mat(1, pixels, opencv_core.CV_8UC1, red);
        Mat greens = new Mat(1, pixels, opencv_core.CV_8UC1, green);
        Mat blues = new Mat(1, pixels, opencv_core.CV_8UC1, blue);
        MatVector channels = new MatVector(reds, greens, blues)) {
      opencv_core.split(source, channels);
    }
  }

  private static ImageException corrupt(ImageFormat format, String why) {
    return new ImageException(
        Code.CORRUPT, format + ": " + why + "; replace the object or leave it out");
  }

  /** Returns the message without the source path of the machine that built the library. */
  static String reason(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = "error:";
    int at = message.indexOf(prefix);
    return at < 0 ? message : message.substring(at + prefix.length()).strip();
  }
}
