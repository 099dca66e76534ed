package io.repvit.source;

import io.repvit.metrics.LeftOut;
import io.repvit.storage.ObjectPath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder on a disk of this machine. Hadoop passes over names that are not UTF-8 and links that
 * lead nowhere, and follows links in circles. Links to files and folders are followed, except those
 * to a folder in which they stand, at whatever depth.
 *
 * @param uri without a slash at the end
 * @param crossed real paths of the folders above from which links lead here
 */
record LocalFolder(Path path, String uri, List<Path> crossed) implements Folder {
  /** The folder of all. */
  static final LocalFolder ROOT = new LocalFolder(Path.of("/"), "file:", List.of());

  @Override
  public String realUri() throws IOException {
    return "file:" + path.toRealPath();
  }

  @Override
  public LocalFolder child(String name) {
    return child(path.resolve(name), crossed);
  }

  private LocalFolder child(Path child, List<Path> links) {
    return new LocalFolder(child, childUri(child), links);
  }

  /** In a form that {@link ObjectPath} refuses if the name is not UTF-8. */
  private String childUri(Path child) {
    String name = child.getFileName().toString();
    boolean isText = name.indexOf('\uFFFD') < 0 || child.equals(path.resolve(name));
    return isText && !uri.startsWith("file:///")
        ? uri + "/" + name
        : child.toUri().toString().replaceFirst("/$", "");
  }

  @Override
  public boolean exists() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public @Nullable SourceObject object() throws IOException {
    if (!exists()) {
      throw new FileNotFoundException(path.toString());
    }
    BasicFileAttributes attributes = attributes(path);
    return attributes != null && attributes.isDirectory() ? null : object(uri, attributes);
  }

  @Override
  public void list(Names names) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      for (Path child : children) {
        String name = child.getFileName().toString();
        BasicFileAttributes attributes = attributes(child);
        if (attributes == null || !attributes.isDirectory()) {
          names.object(name, object(childUri(child), attributes));
        } else if (!Files.isSymbolicLink(child)) {
          names.folder(name, child(child, crossed));
        } else {
          follow(child, name, names);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      throw (IOException) new FileNotFoundException(e.getMessage()).initCause(e);
    } catch (AccessDeniedException e) {
      throw new IOException("permission denied: " + e.getMessage(), e);
    }
  }

  private void follow(Path link, String name, Names names) throws IOException {
    Path target = link.toRealPath();
    List<Path> links = new ArrayList<>(crossed);
    links.add(path.toRealPath());
    if (links.stream().anyMatch(above -> above.startsWith(target))) {
      names.leftOut(name, LeftOut.Rule.LINK_LOOPS);
    } else {
      names.folder(name, child(link, List.copyOf(links)));
    }
  }

  /**
   * Of what a link leads to, or of the link itself when that cannot be told: its length and time
   * are the version of a link that leads nowhere. Null when nothing can be told.
   */
  private static @Nullable BasicFileAttributes attributes(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException e) {
      return attributes(path, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static @Nullable BasicFileAttributes attributes(Path path, LinkOption ofLink) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, ofLink);
    } catch (IOException e) {
      return null;
    }
  }

  /** A file that tells nothing of itself is one of unknown length: reading it will say why. */
  private static SourceObject object(String uri, @Nullable BasicFileAttributes attributes) {
    return attributes == null
        ? new SourceObject(uri, SourceObject.UNKNOWN, SourceObject.UNKNOWN, null)
        : new SourceObject(uri, attributes.size(), attributes.lastModifiedTime().toMillis(), null);
  }
}
