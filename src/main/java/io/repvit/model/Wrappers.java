package io.repvit.model;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What wraps a network in training puts its own name before every tensor's: {@code module.}, {@code
 * _orig_mod.}, {@code model.}, several of them, or any other. The prefix is whatever precedes the
 * first known key.
 */
public final class Wrappers {
  private static final List<String> FIRST_KEYS =
      List.of(TimmKeys.FIRST_TOKEN_MIXER, AuthorsKeys.FIRST_TOKEN_MIXER);

  private Wrappers() {}

  /**
   * The checkpoint with the network's own names; itself if nothing wraps them, or if there is no
   * RepViT in it.
   *
   * @throws CheckpointException if it has several networks, or tensors outside of the network
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
              "has several networks, below %s; save one of them alone",
              prefixes.stream().map(p -> "'" + p + "'").toList()));
    }
    String prefix = prefixes.isEmpty() ? "" : prefixes.iterator().next();
    return prefix.isEmpty() ? checkpoint : checkpoint.below(prefix);
  }
}
