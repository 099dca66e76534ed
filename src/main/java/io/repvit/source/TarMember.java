package io.repvit.source;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The name of a member of a tar file, divided as in WebDataset.
 *
 * @param key the path up to the first dot of the name
 * @param extension the text after that dot, in lower case: {@code jpg}, {@code left.jpg}, {@code
 *     json}
 */
record TarMember(String key, String extension) {
  /** Divides a name; null when it is not the name of a sample's member. */
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
