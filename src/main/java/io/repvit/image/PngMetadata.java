package io.repvit.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a PNG that may name an orientation, in the order of precedence of Pillow's {@code
 * Image.getexif}: EXIF, then the hexadecimal profile that ImageMagick and GIMP write, then XMP. Of
 * several of a kind the last counts. Only that one is inflated, to 1 MiB at most.
 */
final class PngMetadata {
  private static final int EXIF = 0x65584966;
  private static final int TEXT = 0x74455874;
  private static final int ZTXT = 0x7a545874;
  private static final int ITXT = 0x69545874;

  private static final String RAW_PROFILE = "Raw profile type exif\0";
  private static final String XMP = "XML:com.adobe.xmp\0";

  /** Before the digits of a profile: an empty line, its name, its length. */
  private static final int PROFILE_HEAD_LINES = 3;

  private @Nullable EncodedBytes exif;
  private @Nullable Text profile;
  private @Nullable Text xmp;

  /**
   * A text chunk (section 11.3.3).
   *
   * @param type of the chunk
   * @param content behind the keyword and its end
   */
  private record Text(int type, EncodedBytes content) {
    /** The first 1 MiB; empty where it cannot be read, or inflates to more. */
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

  /** 1 to 8. */
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

  /** The bytes of pairs of digits; none where they are no pairs. */
  private static byte[] profile(String text) {
    int at = 0;
    for (int line = 0; line < PROFILE_HEAD_LINES; line++) {
      at = text.indexOf('\n', at) + 1;
      if (at == 0) {
        return new byte[0];
      }
    }
    // Where the text is cut, so may be its last pair.
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
