package io.repvit.image;

import io.repvit.image.ImageException.Code;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** The few calls that are made of OpenCV, and how its library is set up. */
final class OpenCv {
  private static final String PHYSICAL_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";

  // Stands before the constants, whose classes load the native library.
  static {
    // JavaCPP refuses to allocate once the whole process, model and page cache included, is larger
    // than a multiple of the heap. Here every allocation has an owner who frees it.
    if (System.getProperty(PHYSICAL_LIMIT) == null) {
      System.setProperty(PHYSICAL_LIMIT, "0");
    }
    // A task computes on its own thread; OpenCV's pool would take the cores of other tasks.
    opencv_core.setNumThreads(1);
  }

  private static final int AS_RGB8 =
      opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
  static final int AS_STORED = opencv_imgcodecs.IMREAD_UNCHANGED;

  /** Scaled by libjpeg: bits 4, 5 and 6 stand for factors 2, 4 and 8. */
  static int asRgb8(int factor) {
    return factor == 1
        ? AS_RGB8
        : AS_RGB8 | factor * (opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2 / 2);
  }

  private OpenCv() {}

  /** To be called before any JavaCPP class is touched: it reads its settings once. */
  static void load() {}

  /**
   * Decodes into {@code target}'s memory when the picture has its size and type, otherwise into
   * memory of its own.
   *
   * @return the picture, to be closed by the caller
   */
  static Mat decode(Mat encoded, int flags, Mat target, ImageFormat format) throws ImageException {
    Mat decoded;
    int rows = target.rows();
    int columns = target.cols();
    try {
      decoded = opencv_imgcodecs.imdecode(encoded, flags, target);
    } catch (RuntimeException e) {
      throw corrupt(format, reason(e));
    }
    // The returned Mat is empty when the codec failed midway; the target then holds a part.
    if (decoded.empty()) {
      decoded.close();
      throw corrupt(format, "the codec could not decode its pixels");
    }
    if (decoded.rows() != rows || decoded.cols() != columns) {
      String found = decoded.cols() + "x" + decoded.rows();
      decoded.close();
      throw corrupt(format, "the header says " + columns + "x" + rows + ", the codec " + found);
    }
    return decoded;
  }

  /**
   * Undoes an EXIF orientation.
   *
   * @param orientation 2 to 8
   * @param width columns of {@code from}, pixels
   * @param height rows of {@code from}, pixels
   */
  static void turn(int orientation, BytePointer from, int width, int height, BytePointer to) {
    boolean swap = orientation >= 5;
    int columns = swap ? height : width;
    int rows = swap ? width : height;
    try (Mat source = new Mat(height, width, opencv_core.CV_8UC3, from);
        Mat upright = new Mat(rows, columns, opencv_core.CV_8UC3, to)) {
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

  /**
   * Rows to columns, of RGB.
   *
   * @param from the upper left pixel of {@code [rows, columns, 3]}
   * @param rowBytes from one row to the next
   * @param to receives {@code [columns, rows, 3]} without gaps
   */
  static void transpose(BytePointer from, int rows, int columns, long rowBytes, BytePointer to) {
    try (Mat source = new Mat(rows, columns, opencv_core.CV_8UC3, from, rowBytes);
        Mat turned = new Mat(columns, rows, opencv_core.CV_8UC3, to)) {
      opencv_core.transpose(source, turned);
    }
  }

  private static ImageException corrupt(ImageFormat format, String why) {
    return new ImageException(
        Code.CORRUPT, format + ": " + why + "; open it elsewhere, or leave it out");
  }

  /** Without the path of the machine that built the library. */
  static String reason(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = "error:";
    int at = message.indexOf(prefix);
    return at < 0 ? message : message.substring(at + prefix.length()).strip();
  }
}
