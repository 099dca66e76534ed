package io.repvit.image;

import java.util.Objects;

/** An image could not be decoded. The decoder remains usable. */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The stable code of the reason, as in the column {@code code} of the quarantine table. */
  public enum Code {
    /** The object has no bytes. */
    EMPTY,
    /** The object has more bytes than {@link ImageLimits#maxEncodedBytes()}. */
    TOO_MANY_BYTES,
    /** The header declares more pixels than {@link ImageLimits#maxPixels()}. */
    TOO_MANY_PIXELS,
    /** The image has more scans than encoders write, or too many for its size. */
    TOO_MANY_SCANS,
    /** Decoding takes more than {@link ImageLimits#maxSeconds()} of processor time. */
    TOO_SLOW,
    /** Processor time or memory for decoding was not available; the image itself may be valid. */
    DECODER_BUSY,
    /** The first bytes are those of no known image format. */
    UNRECOGNISED,
    /** The image has several frames or pages, see {@link Animated}. */
    UNSUPPORTED_ANIMATED,
    /** A JPEG with an unsupported process, such as lossless, hierarchical or 12-bit. */
    UNSUPPORTED_JPEG,
    /** A WebP, but no WebP decoder can be loaded on this machine. */
    UNSUPPORTED_WEBP,
    UNSUPPORTED_AVIF,
    UNSUPPORTED_HEIC,
    UNSUPPORTED_TIFF,
    UNSUPPORTED_BMP,
    UNSUPPORTED_JPEG_2000,
    UNSUPPORTED_JPEG_XL,
    /** The end of the file is missing. */
    TRUNCATED,
    /** The bytes violate the specification of their format. */
    CORRUPT
  }

  private final Code code;

  ImageException(Code code, String message) {
    super(message);
    this.code = code;
  }

  /** Returns the message of an exception, followed by the message of its cause. */
  static String reason(Exception e) {
    String says = Objects.requireNonNullElse(e.getMessage(), e.toString());
    if (e.getCause() == null) {
      return says;
    }
    String cause = Objects.requireNonNullElse(e.getCause().getMessage(), e.getCause().toString());
    return says.contains(cause) ? says : says + ": " + cause;
  }

  public Code code() {
    return code;
  }
}
