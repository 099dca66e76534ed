package io.repvit.input;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name of a member of a tar file, as WebDataset reads it.
 *
 * @param key path up to the first dot of the name
 * @param extension lower-case text after it: {@code jpg}, {@code left.jpg}, {@code json}
 */
record TarMember(String key, String extension) {
  /** Last parts of extensions that say image, whether this project decodes it or not. */
  private static final Set<String> IMAGES =
      Set.of(
          "avif", "bmp", "dib", "gif", "heic", "heif", "j2k", "jfi", "jfif", "jp2", "jpe", "jpeg",
          "jpg", "jxl", "pbm", "pgm", "png", "pnm", "ppm", "tif", "tiff", "webp");

  /** The parts of a name, or null when it is not that of a sample. */
  static @Nullable TarMember of(String name) {
    int slash = name.lastIndexOf('/');
    int dot = name.indexOf('.', slash + 1);
    if (dot <= slash + 1) {
      return null;
    }
    return new TarMember(name.substring(0, dot), name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  boolean isImage() {
    return IMAGES.contains(extension.substring(extension.lastIndexOf('.') + 1));
  }
}
