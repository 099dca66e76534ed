package io.repvit.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.jspecify.annotations.Nullable;

/**
 * Lists objects below roots, flat: on S3A one LIST request per thousand objects and no HEAD. Names
 * that start with {@code _} or {@code .}, at any depth below the root, are bookkeeping of other
 * programs and left out.
 */
public final class ImageListing {
  private ImageListing() {}

  /**
   * All objects below {@code roots}, by rising path; an object that several roots reach counts
   * once.
   *
   * @param roots URIs of folders or single objects
   * @throws InputException when a root is malformed, missing or unreadable
   */
  public static List<ImageObject> list(List<String> roots, Configuration configuration)
      throws InputException {
    var byPath = new LinkedHashMap<String, ImageObject>();
    for (String root : roots) {
      try {
        Path path = new Path(root);
        FileSystem fs = path.getFileSystem(configuration);
        Path qualified = fs.makeQualified(path);
        RemoteIterator<LocatedFileStatus> files = fs.listFiles(qualified, true);
        while (files.hasNext()) {
          FileStatus status = files.next();
          if (!hidden(qualified, status.getPath())) {
            String name = status.getPath().toString();
            byPath.put(
                name,
                new ImageObject(name, status.getLen(), status.getModificationTime(), etag(status)));
          }
        }
      } catch (FileNotFoundException e) {
        throw new InputException(
            "input " + root + " does not exist; give a folder or an object", e);
      } catch (IllegalArgumentException | IOException e) {
        throw new InputException("input " + root + " cannot be listed: " + e.getMessage(), e);
      }
    }
    var objects = new ArrayList<>(byPath.values());
    objects.sort(Comparator.comparing(ImageObject::path));
    return objects;
  }

  private static boolean hidden(Path root, Path file) {
    for (Path p = file; p != null && !p.equals(root); p = p.getParent()) {
      if (p.getName().startsWith("_") || p.getName().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String etag(FileStatus status) {
    return status instanceof EtagSource source ? source.getEtag() : null;
  }
}
