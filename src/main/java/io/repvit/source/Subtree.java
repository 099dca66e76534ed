package io.repvit.source;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects below a folder that globs select. Names that start with {@code _} or {@code .}, at
 * any depth below {@code folder}, are hidden and left out, unless a glob has the character.
 *
 * @param given the input as the user gave it
 * @param folder a folder, or a single object if {@code isFolder} is false
 * @param isFolder whether the user wrote a trailing slash
 * @param globs globs relative to {@code folder}; a glob without patterns selects everything
 */
record Subtree(String given, Folder folder, boolean isFolder, List<Glob> globs) {
  Subtree {
    globs = List.copyOf(globs);
  }

  /** Everything below a folder, or a single object. */
  static Subtree whole(String given, Folder folder, boolean isFolder) {
    return new Subtree(given, folder, isFolder, List.of(new Glob(given, List.of())));
  }

  /** Whether it selects everything below its folder. */
  boolean isWhole() {
    return globs.stream().anyMatch(Glob::isAll);
  }

  /** Whether a glob may match names at any depth ({@code **}). */
  boolean isDeep() {
    return globs.stream().anyMatch(Glob::isDeep);
  }

  boolean matchesHidden() {
    return globs.stream().anyMatch(Glob::matchesHidden);
  }

  /** Combines two subtrees of the same folder. */
  Subtree and(Subtree other) {
    var both = new ArrayList<>(globs);
    both.addAll(other.globs);
    return new Subtree(given, folder, isFolder && other.isFolder, both);
  }

  /** Whether this subtree contains an object, or everything below a folder. */
  boolean covers(String uri) {
    List<String> names = names(uri);
    return names != null && globs.stream().anyMatch(glob -> glob.reach(names) == Glob.Reach.YES);
  }

  /** Whether this subtree contains everything that {@code other} contains. */
  boolean covers(Subtree other) {
    return covers(other.folder.uri()) && !other.matchesHidden();
  }

  /** The path of {@code uri} relative to the folder; null if it is not below the folder. */
  private @Nullable List<String> names(String uri) {
    String root = folder.uri();
    if (uri.equals(root)) {
      return List.of();
    }
    return uri.startsWith(root) && uri.charAt(root.length()) == '/'
        ? List.of(uri.substring(root.length() + 1).split("/", -1))
        : null;
  }
}
