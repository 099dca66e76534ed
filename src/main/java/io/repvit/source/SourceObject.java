package io.repvit.source;

import io.repvit.storage.ObjectPath;
import io.repvit.storage.Secrets;
import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A source object as it was listed (an image, a shard, or a file of a table), or one image inside a
 * shard or table.
 *
 * @param path full URI; for an image inside a source object {@code URI#name}
 * @param length bytes, as listed, or {@link #UNKNOWN}
 * @param modifiedAt milliseconds since the epoch, as listed, or {@link #UNKNOWN}
 * @param etag the ETag, or null where there is none (local files); for an image in a shard or table
 *     the {@link #version()} of the shard or file
 * @param carried values of the input that are copied into the tables, by column name
 * @param fault an error of the input, such as a line of a list without a path; null if there is
 *     none
 */
public record SourceObject(
    String path,
    long length,
    long modifiedAt,
    @Nullable String etag,
    Map<String, String> carried,
    @Nullable Fault fault)
    implements Serializable {
  /** A length or time that the input does not have. */
  public static final long UNKNOWN = -1;

  public SourceObject {
    if (length < UNKNOWN) {
      throw new IllegalArgumentException(path + ": listed length is " + length);
    }
    carried = Map.copyOf(carried);
  }

  /**
   * An error of the input. The object is quarantined and not read.
   *
   * @param code error code of the quarantine row
   * @param message where, what was found, what was expected
   */
  public record Fault(String code, String message) implements Serializable {}

  /** An object without a fault. */
  public SourceObject(
      String path,
      long length,
      long modifiedAt,
      @Nullable String etag,
      Map<String, String> carried) {
    this(path, length, modifiedAt, etag, carried, null);
  }

  /**
   * The object of a path or URI without a listing. A path that cannot be one gives an object with a
   * fault.
   *
   * @param name a path without a scheme is on the default file system
   * @param root root of the default file system
   */
  public static SourceObject named(String name, Path root) {
    if (Secrets.areIn(name)) {
      return faulty(Secrets.hide(name), "the path has credentials in it; remove them");
    }
    String uri = name.replaceFirst("^s3://", "s3a://");
    try {
      if (!uri.startsWith("/") && ObjectPath.given(uri).toUri().getScheme() == null) {
        return faulty(name, "found a relative path, expected a URI or an absolute path");
      }
      return new SourceObject(ObjectPath.resolve(root, uri), UNKNOWN, UNKNOWN, null);
    } catch (IllegalArgumentException e) {
      return faulty(name, String.valueOf(e.getMessage()));
    }
  }

  /** An object that is not read, because its path is invalid. */
  public static SourceObject faulty(String path, String message) {
    return new SourceObject(path, UNKNOWN, UNKNOWN, null, Map.of(), new Fault("BAD_PATH", message));
  }

  /** An object without carried values. */
  public SourceObject(String path, long length, long modifiedAt, @Nullable String etag) {
    this(path, length, modifiedAt, etag, Map.of());
  }

  /**
   * The version of this object: its ETag, or else its time and length in the form of an ETag of web
   * servers; null if the input has neither.
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
   * An image inside this object. Its version is the version of this object.
   *
   * @param name the name of the image, unique in this object
   */
  public SourceObject member(String name, long memberLength, long memberModifiedAt) {
    return new SourceObject(path + "#" + name, memberLength, memberModifiedAt, version());
  }

  /** Returns this object with other carried values. */
  SourceObject carrying(Map<String, String> columns) {
    return new SourceObject(path, length, modifiedAt, etag, columns, fault);
  }
}
