package io.repvit.source;

import io.repvit.storage.ObjectPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;

/**
 * The location of an input: a file system and the names below its root, which may be globs.
 *
 * @param isFolder whether the input ends in a slash
 */
record InputLocation(Folder root, List<String> names, boolean isFolder) {
  InputLocation {
    names = List.copyOf(names);
  }

  /**
   * Parses an input as the user gives it. Keys of S3 are taken literally; on other file systems
   * {@code //}, {@code .} and {@code ..} are normalised.
   *
   * @throws IllegalArgumentException when the input is malformed
   */
  static InputLocation of(String input, Configuration configuration) throws IOException {
    Path path = ObjectPath.given(input);
    FileSystem fs = path.getFileSystem(configuration);
    Path whole = fs.makeQualified(path);
    if (fs instanceof S3AFileSystem s3a) {
      String key = ObjectPath.key(input, whole);
      var names = new ArrayList<>(Arrays.asList(key.split("/", -1)));
      boolean isFolder = names.get(names.size() - 1).isEmpty();
      if (isFolder) {
        names.remove(names.size() - 1);
      }
      return new InputLocation(new S3Folder(s3a, ""), names, isFolder);
    }
    List<String> names =
        Arrays.stream(whole.toUri().getPath().split("/")).filter(n -> !n.isEmpty()).toList();
    Folder root =
        fs instanceof LocalFileSystem
            ? LocalFolder.ROOT
            : new HadoopFolder(fs, new Path(whole, "/"));
    return new InputLocation(root, names, input.endsWith("/"));
  }
}
