package io.repvit.model;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Removes the prefix that PyTorch wrappers put before each tensor name, for example {@code
 * module.}, {@code _orig_mod.} or {@code model.}. Any text before the first known name counts as
 * the prefix.
 */
public final class Wrappers {
  private static final List<String> FIRST_KEYS =
      List.of(TimmKeys.FIRST_TOKEN_MIXER, AuthorsKeys.FIRST_TOKEN_MIXER);

  private Wrappers() {}

  /**
   * Returns the checkpoint without the prefix. Returns the given checkpoint if it has no prefix or
   * no known name.
   *
   * @throws CheckpointException if it has several networks, or names without the prefix
   */
  public static Checkpoint strip(Checkpoint checkpoint) {
    Set<String> prefixes = new TreeSet<>();
    for (String name : checkpoint.names()) {
      for (String key : FIRST_KEYS) {
        int at = name.indexOf(key);
        if (at == 0 || (at > 0 && name.charAt(at - 1) == '.')) {
          prefixes.add(name.substring(0, at));
        }
      }
    }
    if (prefixes.size() > 1) {
      throw new CheckpointException(
          checkpoint.name(),
          String.format(
              Locale.ROOT,
              "has several networks, with the prefixes %s; save only one of them",
              prefixes.stream().map(p -> "'" + p + "'").toList()));
    }
    String prefix = prefixes.isEmpty() ? "" : prefixes.iterator().next();
    return prefix.isEmpty() ? checkpoint : checkpoint.withoutPrefix(prefix);
  }
}
