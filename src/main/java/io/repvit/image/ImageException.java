package io.repvit.image;

import java.util.Objects;

/** Why an image's bytes did not become pixels. The decoder stays usable after it. */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The kind of defect, stable enough to group by in a table. */
  public enum Code {
    /** No bytes at all. */
    EMPTY,
    /** More encoded bytes than {@link ImageLimits#maxEncodedBytes()}. */
    TOO_MANY_BYTES,
    /** More declared pixels than {@link ImageLimits#maxPixels()}. */
    TOO_MANY_PIXELS,
    /**
     * Work without end in few bytes: more scans than any encoder writes, or too many for its size.
     */
    TOO_MANY_SCANS,
    /** Not decoded after {@link ImageLimits#maxSeconds()} of processor time. */
    TOO_SLOW,
    /** Not decoded for want of a processor or of memory: no fault of the image. */
    DECODER_BUSY,
    /** The bytes begin like no image format that is known here. */
    UNRECOGNISED,
    /** More than one frame or page: which of them is the image is not ours to say. */
    UNSUPPORTED_ANIMATED,
    /** A JPEG of a rare process: lossless, hierarchical, 12-bit. */
    UNSUPPORTED_JPEG,
    /** A WebP where no decoder of it can be loaded. */
    UNSUPPORTED_WEBP,
    UNSUPPORTED_AVIF,
    UNSUPPORTED_HEIC,
    UNSUPPORTED_TIFF,
    UNSUPPORTED_BMP,
    UNSUPPORTED_JPEG_2000,
    UNSUPPORTED_JPEG_XL,
    /** The end is missing. */
    TRUNCATED,
    /** The bytes contradict their format. */
    CORRUPT
  }

  private final Code code;

  ImageException(Code code, String message) {
    super(message);
    this.code = code;
  }

  /** What a reader of images says, and its cause where there is one. */
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
