package io.repvit.source;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The name of a member of a tar file, as WebDataset reads it.
 *
 * @param key path up to the first dot of the name
 * @param extension lower-case text after it: {@code jpg}, {@code left.jpg}, {@code json}
 */
record TarMember(String key, String extension) {
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
    return ImageNames.isImage(extension);
  }
}
