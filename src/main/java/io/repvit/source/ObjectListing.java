package io.repvit.source;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Turns inputs (folders, single objects and globs) into disjoint subtrees. An object that several
 * inputs select is then listed once, without a set of all paths in memory.
 */
public final class ObjectListing {
  private final Configuration configuration;
  private final ListingRules rules;
  private final Map<String, Subtree> subtrees = new LinkedHashMap<>();
  private final Map<String, Subtree> patterns = new LinkedHashMap<>();

  /** Patterns for hidden names. The listing of a folder does not include these names. */
  private final Map<String, Subtree> hidden = new LinkedHashMap<>();

  private final Set<String> matched = ConcurrentHashMap.newKeySet();

  private ObjectListing(Configuration configuration, ListingRules rules) {
    this.configuration = configuration;
    this.rules = rules;
  }

  /** Disjoint subtrees of {@code inputs}; object names may have any ending. */
  public static List<ObjectSource> of(List<String> inputs, Configuration configuration)
      throws UserException {
    return of(inputs, ListingRules.ALL, configuration);
  }

  /**
   * Disjoint subtrees that together contain what {@code inputs} select.
   *
   * @param inputs URIs of folders or single objects, or globs of them
   * @throws UserException when an input is malformed or missing
   */
  static List<ObjectSource> of(List<String> inputs, ListingRules rules, Configuration configuration)
      throws UserException {
    var listing = new ObjectListing(configuration, rules);
    for (String input : inputs) {
      try {
        listing.add(input);
      } catch (IOException | RuntimeException e) {
        throw SubtreeListing.unlisted(input, e);
      }
    }
    return listing.disjoint();
  }

  private void add(String input) throws IOException {
    InputLocation place = InputLocation.of(input, configuration);
    Folder folder = place.root();
    int first = 0;
    List<String> names = place.names();
    if (names.stream().noneMatch(NamePattern::isPattern)) {
      for (String name : names) {
        folder = folder.child(name);
      }
      addWhole(Subtree.whole(input, folder, place.isFolder()));
      return;
    }
    while (!NamePattern.isPattern(names.get(first))) {
      folder = folder.child(NamePattern.unescape(names.get(first++)));
    }
    if (!expand(input, folder, names.subList(first, names.size()))) {
      throw new FileNotFoundException(input);
    }
  }

  /**
   * Expands the folders of a glob, down to its last name or to the first {@code **}. The rest is
   * matched while the folder is listed.
   *
   * @return whether such a folder exists
   */
  private boolean expand(String input, Folder folder, List<String> names) throws IOException {
    String name = names.get(0);
    List<String> rest = names.subList(1, names.size());
    if (!NamePattern.isPattern(name)) {
      Folder child = folder.child(NamePattern.unescape(name));
      if (!child.exists()) {
        return false;
      }
      if (rest.isEmpty()) {
        addWhole(Subtree.whole(input, child, false));
        return true;
      }
      return expand(input, child, rest);
    }
    var pattern = NamePattern.of(name);
    if (rest.isEmpty() || pattern.isAnyFolders()) {
      var glob = new Glob(input, names.stream().map(NamePattern::of).toList());
      var matching = new Subtree(input, folder, true, List.of(glob));
      (glob.matchesHidden() ? hidden : patterns).merge(folder.uri(), matching, Subtree::and);
      return true;
    }
    var found = new ArrayList<Folder>();
    folder.list(
        new Folder.Names() {
          @Override
          public void object(String child, SourceObject object) {}

          @Override
          public void folder(String child, Folder below) {
            if (pattern.matches(child)) {
              found.add(below);
            }
          }

          @Override
          public void leftOut(String child, LeftOut.Rule rule) {}
        });
    boolean any = false;
    for (Folder child : found) {
      any |= expand(input, child, rest);
    }
    return any;
  }

  private void addWhole(Subtree whole) {
    subtrees.merge(whole.folder().uri(), whole, (first, next) -> first.isFolder() ? next : first);
  }

  private List<ObjectSource> disjoint() throws UserException {
    List<Subtree> all =
        Stream.of(subtrees, patterns, hidden).flatMap(some -> some.values().stream()).toList();
    List<Subtree> kept = new ArrayList<>();
    for (Subtree subtree : all) {
      if (isCovered(subtree)) {
        requireExists(subtree);
        subtree.globs().forEach(glob -> matched.add(glob.given()));
      } else {
        kept.add(subtree);
      }
    }
    List<Subtree> deep = kept.stream().filter(Subtree::isDeep).toList();
    List<ObjectSource> disjoint = new ArrayList<>();
    for (Subtree subtree : kept) {
      String uri = subtree.folder().uri();
      // Where two subtrees overlap, the upper one lists the objects that both select.
      List<Subtree> above =
          deep.stream()
              .filter(
                  other -> other != subtree && (uri + "/").startsWith(other.folder().uri() + "/"))
              .toList();
      disjoint.add(
          new SubtreeListing(
              subtree,
              subtree.folder(),
              List.of(),
              above,
              rules.isOutput(uri) ? rules.withOutput() : rules,
              matched));
    }
    return disjoint;
  }

  private boolean isCovered(Subtree subtree) {
    String at = subtree.folder().uri();
    while (true) {
      for (Map<String, Subtree> some : List.of(subtrees, patterns, hidden)) {
        Subtree other = some.get(at);
        if (other != null && other != subtree && other.covers(subtree)) {
          return true;
        }
      }
      int slash = at.lastIndexOf('/');
      if (slash < 0) {
        return false;
      }
      at = at.substring(0, slash);
    }
  }

  /** An input that another input covers is not listed, but it must exist. */
  private static void requireExists(Subtree subtree) throws UserException {
    try {
      if (!subtree.folder().exists()) {
        throw new FileNotFoundException(subtree.folder().uri());
      }
    } catch (IOException e) {
      throw SubtreeListing.unlisted(subtree.given(), e);
    }
  }
}
