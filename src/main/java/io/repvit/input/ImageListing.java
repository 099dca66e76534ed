package io.repvit.input;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The parts of object trees that inputs name: folders, single objects and globs. They are made
 * disjoint before anything is listed, so that an object that several inputs reach counts once and
 * nobody needs to remember paths.
 */
public final class ImageListing {
  private final Configuration configuration;
  private final Map<Path, Subtree> subtrees = new LinkedHashMap<>();
  private final Map<Path, Subtree> patterns = new LinkedHashMap<>();

  /** The same of patterns for names that are otherwise left out, which no folder covers. */
  private final Map<Path, Subtree> hidden = new LinkedHashMap<>();

  private ImageListing(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Disjoint subtrees that together reach what {@code inputs} reach.
   *
   * @param inputs URIs of folders or single objects, or globs of them
   * @throws InputException when an input is malformed or missing
   */
  public static List<ObjectSource> of(List<String> inputs, Configuration configuration)
      throws InputException {
    var listing = new ImageListing(configuration);
    for (String input : inputs) {
      try {
        listing.add(input);
      } catch (FileNotFoundException e) {
        throw new InputException(
            "input " + input + " does not exist; give a folder or an object", e);
      } catch (IOException e) {
        throw new InputException(
            "input " + input + " cannot be listed: " + StoreException.describe(e), e);
      } catch (IllegalArgumentException e) {
        throw new InputException("input " + input + " cannot be listed: " + e.getMessage(), e);
      } catch (UnsupportedOperationException e) {
        throw InputException.unlistable(input, e);
      }
    }
    return listing.disjoint();
  }

  private void add(String input) throws IOException {
    Path path = new Path(input);
    FileSystem fs = path.getFileSystem(configuration);
    Path whole = fs.makeQualified(path);
    if (!NamePattern.isPattern(whole.toUri().getPath())) {
      addFolder(new Subtree(input, fs, whole, List.of()));
      return;
    }
    List<String> names = Arrays.asList(whole.toUri().getPath().substring(1).split("/"));
    Path folder = fs.makeQualified(new Path(whole, "/"));
    int first = 0;
    while (!NamePattern.isPattern(names.get(first))) {
      folder = new Path(folder, NamePattern.unescape(names.get(first++)));
    }
    if (!expand(input, fs, folder, names.subList(first, names.size()))) {
      throw new FileNotFoundException(input);
    }
  }

  /**
   * Follows a glob down to its last name; a pattern there is matched while its folder is listed.
   *
   * @return whether there is such a folder
   */
  private boolean expand(String input, FileSystem fs, Path folder, List<String> names)
      throws IOException {
    String name = names.get(0);
    List<String> rest = names.subList(1, names.size());
    if (!NamePattern.isPattern(name)) {
      Path child = new Path(folder, NamePattern.unescape(name));
      if (!fs.exists(child)) {
        return false;
      }
      if (rest.isEmpty()) {
        addFolder(new Subtree(input, fs, child, List.of()));
        return true;
      }
      return expand(input, fs, child, rest);
    }
    var pattern = NamePattern.of(name);
    if (rest.isEmpty()) {
      var matching = new Subtree(input, fs, folder, List.of(pattern));
      (pattern.matchesHidden() ? hidden : patterns).merge(folder, matching, ImageListing::together);
      return true;
    }
    boolean found = false;
    RemoteIterator<FileStatus> children = fs.listStatusIterator(folder);
    while (children.hasNext()) {
      FileStatus child = children.next();
      if (child.isDirectory() && pattern.matches(child.getPath().getName())) {
        found |= expand(input, fs, child.getPath(), rest);
      }
    }
    return found;
  }

  private void addFolder(Subtree folder) {
    subtrees.putIfAbsent(folder.folder(), folder);
  }

  private static Subtree together(Subtree a, Subtree b) {
    var both = new ArrayList<>(a.patterns());
    both.addAll(b.patterns());
    return new Subtree(a.given(), a.fs(), a.folder(), both);
  }

  private List<ObjectSource> disjoint() throws InputException {
    var all = new ArrayList<>(subtrees.values());
    all.addAll(patterns.values());
    all.addAll(hidden.values());
    List<ObjectSource> disjoint = new ArrayList<>();
    for (Subtree subtree : all) {
      if (isCovered(subtree)) {
        requireExists(subtree);
      } else {
        disjoint.add(subtree);
      }
    }
    return disjoint;
  }

  private boolean isCovered(Subtree subtree) {
    for (Path at = subtree.folder(); at != null; at = at.getParent()) {
      for (Subtree other : Arrays.asList(subtrees.get(at), patterns.get(at), hidden.get(at))) {
        if (other != null && other != subtree && other.covers(subtree)) {
          return true;
        }
      }
    }
    return false;
  }

  /** One that is not listed because another covers it must be there all the same. */
  private static void requireExists(Subtree subtree) throws InputException {
    try {
      subtree.fs().getFileStatus(subtree.folder());
    } catch (FileNotFoundException e) {
      throw new InputException(
          "input " + subtree.given() + " does not exist; give a folder or an object", e);
    } catch (IOException e) {
      throw new InputException(
          "input " + subtree.given() + " cannot be listed: " + StoreException.describe(e), e);
    }
  }
}
