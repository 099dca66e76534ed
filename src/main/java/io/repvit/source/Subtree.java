package io.repvit.source;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a tree of objects. Names that start with {@code _} or {@code .}, at any depth below
 * {@code folder}, are bookkeeping of other programs and left out, unless a glob writes it.
 *
 * @param given the input in which a user named it
 * @param folder a folder, or a single object if {@code isFolder} does not exclude that
 * @param isFolder whether the user wrote a slash at the end
 * @param globs which names below {@code folder} are meant; one without patterns means all
 */
record Subtree(String given, Folder folder, boolean isFolder, List<Glob> globs) {
  Subtree {
    globs = List.copyOf(globs);
  }

  /** All below a folder, or an object. */
  static Subtree whole(String given, Folder folder, boolean isFolder) {
    return new Subtree(given, folder, isFolder, List.of(new Glob(given, List.of())));
  }

  /** Whether it means all below its folder. */
  boolean isWhole() {
    return globs.stream().anyMatch(Glob::isAll);
  }

  /** Whether it may match names at any depth, beside others that it does not match. */
  boolean isDeep() {
    return globs.stream().anyMatch(Glob::isDeep);
  }

  boolean matchesHidden() {
    return globs.stream().anyMatch(Glob::matchesHidden);
  }

  /** Both, which have the same folder. */
  Subtree and(Subtree other) {
    var both = new ArrayList<>(globs);
    both.addAll(other.globs);
    return new Subtree(given, folder, isFolder && other.isFolder, both);
  }

  /** Whether listing this reaches the object, or all below the folder, of this name. */
  boolean covers(String uri) {
    List<String> names = names(uri);
    return names != null && globs.stream().anyMatch(glob -> glob.reach(names) == Glob.Reach.YES);
  }

  /** Whether listing this reaches all that {@code other} reaches. */
  boolean covers(Subtree other) {
    return covers(other.folder.uri()) && !other.matchesHidden();
  }

  /** From the folder on; null if it is not below. */
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
