package io.repvit.source;

import java.util.Locale;
import java.util.Set;

/** Recognises images by the names of their objects. */
public final class ImageNames {
  /** Extensions of image formats, including formats that are not decoded. */
  private static final Set<String> EXTENSIONS =
      Set.of(
          "avif", "bmp", "dib", "gif", "heic", "heif", "j2k", "jfi", "jfif", "jp2", "jpe", "jpeg",
          "jpg", "jxl", "pbm", "pgm", "png", "pnm", "ppm", "tif", "tiff", "webp");

  private ImageNames() {}

  /** Whether the last part of a lower-case extension is an extension of images. */
  static boolean isImage(String extension) {
    return EXTENSIONS.contains(extension.substring(extension.lastIndexOf('.') + 1));
  }

  /**
   * Whether the name shows that an object is not an image. Examples are {@code notes.txt}, whose
   * extension has a letter and is not one of images, and {@code README}, which has neither an
   * extension nor a digit. Names with digits and without extension are mostly hashes or numbers of
   * images. The name of an image in a shard or table never shows this.
   */
  public static boolean isOther(SourceObject object) {
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
