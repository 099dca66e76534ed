package io.repvit.spark;

import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One object of an input; nothing of it has been opened.
 *
 * @param path full URI
 * @param length bytes, as listed, or {@link #UNKNOWN}
 * @param modifiedAt milliseconds since the epoch, as listed, or {@link #UNKNOWN}
 * @param etag the store's version mark, or null where there is none (local files)
 * @param carried columns of the input that go with it into the tables, by name
 */
public record ImageObject(
    String path, long length, long modifiedAt, @Nullable String etag, Map<String, String> carried)
    implements Serializable {
  /** A length or time that the input does not tell. */
  public static final long UNKNOWN = -1;

  public ImageObject {
    if (length < UNKNOWN) {
      throw new IllegalArgumentException(path + ": listed length is " + length);
    }
    carried = Map.copyOf(carried);
  }

  /** An object with which nothing is carried. */
  public ImageObject(String path, long length, long modifiedAt, @Nullable String etag) {
    this(path, length, modifiedAt, etag, Map.of());
  }

  /** The same object with other columns. */
  ImageObject carrying(Map<String, String> columns) {
    return new ImageObject(path, length, modifiedAt, etag, columns);
  }
}
