package io.repvit.storage;

import java.io.IOException;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * Makes Hadoop paths from names without parsing the names as URIs. The constructors of {@link Path}
 * parse a name with a colon as a URI, and they normalise: {@code a//b}, {@code ./a}, {@code /a} and
 * {@code a/} become paths of other objects.
 */
public final class ObjectPath {
  /** A scheme has at least two letters, because {@code C:\a.jpg} is a name without a scheme. */
  private static final Pattern WITH_SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(?=/)(?://([^/]*))?(/.*)?", Pattern.DOTALL);

  private ObjectPath() {}

  /** Thrown for an object whose name a Hadoop path cannot represent. */
  public static final class BadNameException extends IOException {
    private static final long serialVersionUID = 1;

    BadNameException(String uri) {
      super(
          uri.startsWith("file:")
              ? "the name is not UTF-8; rename the file"
              : "the key begins or ends with '/', or has '//', './' or '../' in it, which no path"
                  + " of Hadoop has; copy the object to another key");
    }
  }

  /**
   * The path of an object.
   *
   * @throws BadNameException when Hadoop would normalise {@code uri} to the path of another object
   * @throws IllegalArgumentException when {@code uri} is not a URI with a path
   */
  public static Path of(String uri) throws BadNameException {
    Path path = parsed(uri);
    if (!path.toString().equals(uri)) {
      throw new BadNameException(uri);
    }
    return path;
  }

  private static Path parsed(String uri) {
    Matcher parts = WITH_SCHEME.matcher(uri);
    if (!parts.matches()) {
      throw new IllegalArgumentException("'" + uri + "' is not a URI with a path");
    }
    return new Path(parts.group(1), parts.group(2), parts.group(3) == null ? "/" : parts.group(3));
  }

  /** The path of an input: a URI, or a path on the default file system ({@code fs.defaultFS}). */
  public static Path given(String input) {
    return WITH_SCHEME.matcher(input).matches() ? parsed(input) : new Path(null, null, input);
  }

  /** The key of an object: its path without the leading slash, as written in {@code uri}. */
  public static String key(String uri, Path path) {
    Matcher parts = WITH_SCHEME.matcher(uri);
    String absolute = parts.matches() ? parts.group(3) : path.toUri().getPath();
    return absolute == null ? "" : absolute.substring(1);
  }

  /** The path of {@code name} in {@code folder}; {@code name} is not parsed. */
  public static Path child(Path folder, String name) {
    URI uri = folder.toUri();
    String above = uri.getPath();
    return new Path(
        uri.getScheme(),
        uri.getAuthority(),
        above.endsWith("/") ? above + name : above + "/" + name);
  }

  /**
   * The URI of an object that a list names: by URI, by an absolute path on the file system of the
   * list, or by a path relative to the folder of the list. Where file systems normalise {@code //},
   * {@code .} and {@code ..}, so does this method; a key of S3 stays as it is.
   *
   * @param folder the folder of the list
   * @throws IllegalArgumentException when {@code name} is not a path
   */
  public static String resolve(Path folder, String name) {
    if (WITH_SCHEME.matcher(name).matches()) {
      return isS3(name) ? name : parsed(name).toString();
    }
    URI list = folder.toUri();
    if (isS3(list.toString()) && name.contains("//")) {
      return (name.startsWith("/") ? "s3a://" + list.getAuthority() : folder + "/") + name;
    }
    return name.startsWith("/")
        ? new Path(list.getScheme(), list.getAuthority(), name).toString()
        : child(folder, name).toString();
  }

  private static boolean isS3(String uri) {
    return uri.startsWith("s3a:");
  }
}
