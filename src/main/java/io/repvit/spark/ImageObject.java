package io.repvit.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One listed object; nothing of it has been opened.
 *
 * @param path full URI
 * @param length bytes, as listed
 * @param modifiedAt milliseconds since the epoch, as listed
 * @param etag the store's version mark, or null where the store has none (local files)
 */
public record ImageObject(String path, long length, long modifiedAt, @Nullable String etag)
    implements Serializable {
  public ImageObject {
    if (length < 0) {
      throw new IllegalArgumentException(path + ": listed length is " + length);
    }
  }
}
