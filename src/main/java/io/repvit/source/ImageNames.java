package io.repvit.source;

import java.util.Locale;
import java.util.Set;

/** What the names of objects say of their content. */
public final class ImageNames {
  /** Extensions that say image, whether this project decodes it or not. */
  private static final Set<String> EXTENSIONS =
      Set.of(
          "avif", "bmp", "dib", "gif", "heic", "heif", "j2k", "jfi", "jfif", "jp2", "jpe", "jpeg",
          "jpg", "jxl", "pbm", "pgm", "png", "pnm", "ppm", "tif", "tiff", "webp");

  private ImageNames() {}

  /** Whether a lower-case extension, or the last part of one with dots, is that of an image. */
  static boolean isImage(String extension) {
    return EXTENSIONS.contains(extension.substring(extension.lastIndexOf('.') + 1));
  }

  /**
   * Whether the name of an object says that it is something else than an image: {@code notes.txt},
   * whose extension is of no image and has a letter, or {@code README}, which has no extension and
   * no digit. Names without extension that have digits are mostly hashes and numbers of images.
   *
   * @param object also an image in an archive or table, which is meant as one whatever its name
   */
  public static boolean saysOther(SourceObject object) {
    String path = object.path();
    if (path.indexOf('#') >= 0) {
      return false;
    }
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    String extension = name.substring(name.lastIndexOf('.') + 1);
    boolean isExtension =
        extension.length() < name.length() && extension.chars().anyMatch(Character::isLetter);
    return isExtension ? !isImage(extension) : name.chars().noneMatch(Character::isDigit);
  }
}
