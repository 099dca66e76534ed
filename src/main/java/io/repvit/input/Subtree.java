package io.repvit.input;

import io.repvit.metrics.LeftOut;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.jspecify.annotations.Nullable;

/**
 * A part of a tree of objects. Names that start with {@code _} or {@code .}, at any depth below
 * {@code folder}, are bookkeeping of other programs and left out, unless a pattern writes it.
 *
 * @param given the input in which a user named it
 * @param folder a folder or a single object
 * @param patterns which names in {@code folder} are meant, with all below them; none means all
 */
record Subtree(String given, FileSystem fs, Path folder, List<NamePattern> patterns)
    implements ObjectSource {

  /**
   * On S3A all objects are listed flat, one request per thousand. Elsewhere the objects of one
   * folder are, and its folders are left for later.
   */
  @Override
  public List<ObjectSource> list(Sink sink) throws InputException {
    try {
      if (patterns.isEmpty() && fs.getUri().getScheme().equals("s3a")) {
        RemoteIterator<LocatedFileStatus> files = fs.listFiles(folder, true);
        while (files.hasNext()) {
          FileStatus file = files.next();
          if (covers(file.getPath())) {
            sink.accept(object(file));
          } else {
            sink.leaveOut(LeftOut.Rule.HIDDEN, 1);
          }
        }
        return List.of();
      }
      return listFolder(sink);
    } catch (FileNotFoundException e) {
      throw new InputException("input " + given + " does not exist; give a folder or an object", e);
    } catch (IOException e) {
      throw new InputException(
          "input " + given + " cannot be listed: " + StoreException.describe(e), e);
    } catch (IllegalArgumentException e) {
      throw new InputException("input " + given + " cannot be listed: " + e.getMessage(), e);
    } catch (UnsupportedOperationException e) {
      throw InputException.unlistable(given, e);
    }
  }

  private List<ObjectSource> listFolder(Sink sink) throws IOException, InputException {
    List<ObjectSource> folders = new ArrayList<>();
    boolean empty = true;
    RemoteIterator<FileStatus> children = fs.listStatusIterator(folder);
    while (children.hasNext()) {
      FileStatus child = children.next();
      if (!covers(child.getPath())) {
        if (patterns.isEmpty()) {
          sink.leaveOut(LeftOut.Rule.HIDDEN, 1);
        }
        continue;
      }
      empty = false;
      if (child.isDirectory()) {
        folders.add(new Subtree(given, fs, child.getPath(), List.of()));
      } else {
        sink.accept(object(child));
      }
    }
    // Below one of many folders that a glob reached, there may be nothing.
    if (empty && !patterns.isEmpty() && !NamePattern.isPattern(parent(given))) {
      throw new InputException("input " + given + " matches nothing");
    }
    return folders;
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  /** Whether listing this reaches {@code path}, if it exists. */
  boolean covers(Path path) {
    Deque<String> names = new ArrayDeque<>();
    Path at = path;
    for (; at != null && !at.equals(folder); at = at.getParent()) {
      names.push(at.getName());
    }
    if (at == null) {
      return false;
    }
    if (!patterns.isEmpty()) {
      if (names.isEmpty()) {
        return false;
      }
      String name = names.pop();
      if (patterns.stream().noneMatch(pattern -> pattern.matches(name))) {
        return false;
      }
    }
    return names.stream().noneMatch(NamePattern::isHidden);
  }

  /** Whether listing this reaches all that {@code other} reaches. */
  boolean covers(Subtree other) {
    return covers(other.folder) && other.patterns.stream().noneMatch(NamePattern::matchesHidden);
  }

  private static ImageObject object(FileStatus status) {
    return new ImageObject(
        status.getPath().toString(), status.getLen(), status.getModificationTime(), etag(status));
  }

  private static @Nullable String etag(FileStatus status) {
    return status instanceof EtagSource source ? source.getEtag() : null;
  }
}
