package io.repvit.watch;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * The name of a data set in OpenLineage, by its <a
 * href="https://openlineage.io/docs/spec/naming/">naming conventions</a>.
 *
 * @param namespace the store: {@code file}, {@code s3://bucket}, {@code hdfs://host:port}
 * @param name the path in it; keys of object stores have no leading slash
 */
record DatasetName(String namespace, String name) {
  private static final Pattern WITH_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");
  private static final Pattern GLOB = Pattern.compile("/[^/]*[*?\\[{].*");

  /** A file or folder; of a glob, the folder in front of its first pattern. */
  static DatasetName of(String place, Configuration hadoop) {
    String path = place;
    String scheme = "file";
    String authority = "";
    if (WITH_SCHEME.matcher(place).matches()) {
      int colon = place.indexOf(':');
      scheme = place.substring(0, colon).toLowerCase(Locale.ROOT);
      path = place.substring(colon + 1);
      if (path.startsWith("//")) {
        int slash = path.indexOf('/', 2);
        authority = slash < 0 ? path.substring(2) : path.substring(2, slash);
        path = slash < 0 ? "/" : path.substring(slash);
      }
    } else {
      URI root = FileSystem.getDefaultUri(hadoop);
      scheme = root.getScheme();
      authority = root.getAuthority() == null ? "" : root.getAuthority();
      if (!path.startsWith("/")) {
        path =
            scheme.equals("file") ? java.nio.file.Path.of(path).toAbsolutePath().toString() : path;
      }
    }
    path = GLOB.matcher(path).replaceFirst("");
    path = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (scheme.equals("file")) {
      return new DatasetName("file", path.isEmpty() ? "/" : path);
    }
    boolean keys = scheme.matches("s3[an]?|gs|oss|cosn");
    String key = keys && path.startsWith("/") ? path.substring(1) : path;
    return new DatasetName(
        scheme.replaceFirst("^s3[an]$", "s3") + "://" + authority, key.isEmpty() ? "/" : key);
  }

  /** A table of an Iceberg catalog, {@code catalog.namespace.table}. */
  static DatasetName ofIceberg(String table) {
    int dot = table.indexOf('.');
    return new DatasetName("iceberg://" + table.substring(0, dot), table.substring(dot + 1));
  }

  /** A part of this. */
  DatasetName child(String child) {
    return new DatasetName(namespace, name.endsWith("/") ? child : name + "/" + child);
  }
}
