package io.repvit.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads the orientation from the metadata of a PNG. The order of precedence is that of Pillow's
 * {@code Image.getexif}: EXIF, then the hexadecimal profile that ImageMagick and GIMP write, then
 * XMP. The last chunk of a kind is used. At most 1 MiB of it is inflated.
 */
final class PngMetadata {
  private static final int EXIF = 0x65584966;
  private static final int TEXT = 0x74455874;
  private static final int ZTXT = 0x7a545874;
  private static final int ITXT = 0x69545874;

  private static final String RAW_PROFILE = "Raw profile type exif\0";
  private static final String XMP = "XML:com.adobe.xmp\0";

  /** Number of lines before the digits of a profile: an empty line, its name, its length. */
  private static final int PROFILE_HEAD_LINES = 3;

  private @Nullable EncodedBytes exif;
  private @Nullable Text profile;
  private @Nullable Text xmp;

  /**
   * A text chunk (section 11.3.3).
   *
   * @param type type of the chunk
   * @param content data after the keyword and its null separator
   */
  private record Text(int type, EncodedBytes content) {
    /** Returns the first 1 MiB; an empty text if it is invalid or inflates to more. */
    String read() {
      try {
        long at = 0;
        boolean deflated = type == ZTXT;
        if (type == ITXT) {
          deflated = content.u8(0) != 0;
          at = afterZero(afterZero(2));
        }
        if (deflated) {
          int method = content.u8(type == ITXT ? 1 : at++);
          return method == 0 ? inflated(content.slice(at, content.length() - at)) : "";
        }
        return content.latin1(at, content.length() - at, ExifOrientation.TEXT_BYTES);
      } catch (ImageException | DataFormatException e) {
        return "";
      }
    }

    private long afterZero(long from) throws ImageException {
      long at = from;
      while (content.u8(at) != 0) {
        at++;
      }
      return at + 1;
    }
  }

  void chunk(int type, EncodedBytes content) throws ImageException {
    if (type == EXIF) {
      exif = content;
    } else if (type == TEXT || type == ZTXT || type == ITXT) {
      if (content.startsWith(0, RAW_PROFILE)) {
        profile = text(type, content, RAW_PROFILE);
      } else if (content.startsWith(0, XMP)) {
        xmp = text(type, content, XMP);
      }
    }
  }

  private static Text text(int type, EncodedBytes content, String keyword) throws ImageException {
    int at = keyword.length();
    return new Text(type, content.slice(at, content.length() - at));
  }

  /** Returns the EXIF orientation, 1 to 8. */
  int orientation() {
    int named = ExifOrientation.ABSENT;
    if (exif != null) {
      named = ExifOrientation.ofExif(exif);
    } else if (profile != null) {
      named = ExifOrientation.ofExif(new EncodedBytes(ByteBuffer.wrap(profile(profile.read()))));
    }
    if (named == ExifOrientation.ABSENT && xmp != null) {
      named = ExifOrientation.ofXmp(xmp.read());
    }
    return ExifOrientation.effective(named, ExifOrientation.ABSENT);
  }

  /** Decodes the hexadecimal digits of a profile; returns no bytes if they are invalid. */
  private static byte[] profile(String text) {
    int at = 0;
    for (int line = 0; line < PROFILE_HEAD_LINES; line++) {
      at = text.indexOf('\n', at) + 1;
      if (at == 0) {
        return new byte[0];
      }
    }
    // A text cut at 1 MiB may end in the middle of a pair of digits.
    String digits = text.length() < ExifOrientation.TEXT_BYTES ? text + "\n" : text;
    var bytes = new byte[(digits.length() - at) / 2];
    int count = 0;
    for (; at + 1 < digits.length(); at++) {
      if (Character.isWhitespace(digits.charAt(at))) {
        continue;
      }
      int high = Character.digit(digits.charAt(at), 16);
      int low = Character.digit(digits.charAt(++at), 16);
      if (high < 0 || low < 0) {
        return new byte[0];
      }
      bytes[count++] = (byte) (high << 4 | low);
    }
    return bytes;
  }

  private static String inflated(EncodedBytes deflated) throws DataFormatException {
    var inflater = new Inflater();
    try {
      inflater.setInput(deflated.buffer());
      var text = new byte[ExifOrientation.TEXT_BYTES];
      int length = 0;
      for (int n = 1; n > 0; length += n) {
        n = inflater.inflate(text, length, text.length - length);
      }
      boolean more = length == text.length && !inflater.finished() && inflater.getRemaining() > 0;
      return more ? "" : new String(text, 0, length, StandardCharsets.ISO_8859_1);
    } finally {
      inflater.end();
    }
  }
}
