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
 * A folder on a local disk. Unlike Hadoop's listing, it reports names that are not UTF-8 and broken
 * symbolic links, and it does not follow links in loops. It follows links to files and folders,
 * except links to a folder above the link.
 *
 * @param uri URI without a trailing slash
 * @param crossed real paths of the folders whose links were followed to get here
 */
record LocalFolder(Path path, String uri, List<Path> crossed) implements Folder {
  /** The root of the local file system. */
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

  /** The URI of a child. {@link ObjectPath} refuses it if the name is not UTF-8. */
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
   * The attributes of a file or of the target of a link. A broken link has the attributes of the
   * link itself, which are its version. Null when no attributes can be read.
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

  /** A file without readable attributes has an unknown length; reading it reports the failure. */
  private static SourceObject object(String uri, @Nullable BasicFileAttributes attributes) {
    return attributes == null
        ? new SourceObject(uri, SourceObject.UNKNOWN, SourceObject.UNKNOWN, null)
        : new SourceObject(uri, attributes.size(), attributes.lastModifiedTime().toMillis(), null);
  }
}
