package io.repvit.source;

import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One object of an input; nothing of it has been opened.
 *
 * @param path full URI
 * @param length bytes, as listed, or {@link #UNKNOWN}
 * @param modifiedAt milliseconds since the epoch, as listed, or {@link #UNKNOWN}
 * @param etag the store's version mark, or null where there is none (local files); of an image in a
 *     shard or table the {@link #version()} of that
 * @param carried columns of the input that go with it into the tables, by name
 * @param fault why the input cannot be read here, such as a line of a list without a path; null
 *     where it can
 */
public record SourceObject(
    String path,
    long length,
    long modifiedAt,
    @Nullable String etag,
    Map<String, String> carried,
    @Nullable Fault fault)
    implements Serializable {
  /** A length or time that the input does not tell. */
  public static final long UNKNOWN = -1;

  public SourceObject {
    if (length < UNKNOWN) {
      throw new IllegalArgumentException(path + ": listed length is " + length);
    }
    carried = Map.copyOf(carried);
  }

  /**
   * What is wrong in an input. The object is quarantined and not read.
   *
   * @param code of the quarantine row
   * @param message where, what was found, what was expected
   */
  public record Fault(String code, String message) implements Serializable {}

  /** An object that can be read. */
  public SourceObject(
      String path,
      long length,
      long modifiedAt,
      @Nullable String etag,
      Map<String, String> carried) {
    this(path, length, modifiedAt, etag, carried, null);
  }

  /** An object with which nothing is carried. */
  public SourceObject(String path, long length, long modifiedAt, @Nullable String etag) {
    this(path, length, modifiedAt, etag, Map.of());
  }

  /**
   * Tells this object from others that stood or will stand under its path: its ETag, or else its
   * time and length, written as web servers write an ETag of them; null if the input tells neither.
   */
  public @Nullable String version() {
    if (etag != null) {
      return etag;
    }
    return length == UNKNOWN || modifiedAt == UNKNOWN
        ? null
        : String.format(Locale.ROOT, "\"%x-%x\"", modifiedAt, length);
  }

  /**
   * An image inside this object. Its version is that of this object.
   *
   * @param name tells it from others in here
   */
  public SourceObject member(String name, long memberLength, long memberModifiedAt) {
    return new SourceObject(path + "#" + name, memberLength, memberModifiedAt, version());
  }

  /** The same object with other columns. */
  SourceObject carrying(Map<String, String> columns) {
    return new SourceObject(path, length, modifiedAt, etag, columns, fault);
  }
}
