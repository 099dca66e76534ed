package io.repvit.checkpoint;

import static io.repvit.checkpoint.CheckpointException.quoted;
import static java.util.stream.Collectors.joining;

import io.repvit.checkpoint.PickleValue.Dict;
import io.repvit.checkpoint.PickleValue.StridedTensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state dict in a pickle: its tensors by name.
 *
 * @param name of the file and the key of the dictionary, for example {@code ckpt.pth['model']}
 * @param tensors by name
 */
record StateDict(String name, Map<String, StridedTensor> tensors) {

  /** Keys of the weights. The training code of RepViT writes the first, that of timm the second. */
  private static final List<String> DEFAULT_KEYS = List.of("model", "state_dict");

  /** A message lists at most this many keys. */
  private static final int MAX_LISTED = 12;

  /**
   * Selects a dictionary of tensors: the one under {@code key}, or without a key the first of
   * {@link #DEFAULT_KEYS} that exists, or the top-level dictionary.
   *
   * @throws CheckpointException if there is no such dictionary, or it holds other values than
   *     tensors
   */
  static StateDict select(String file, PickleValue top, @Nullable String key) {
    if (!(top instanceof Dict dict)) {
      throw new CheckpointException(
          file, "has no dictionary of tensors; save it with torch.save(model.state_dict(), file)");
    }
    if (key != null) {
      if (dict.entries.get(key) instanceof Dict part) {
        return of(file, key, part);
      }
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has no dictionary %s; pass --checkpoint-key with one of: %s",
              quoted(key),
              dictionaries(dict)));
    }
    for (String usual : DEFAULT_KEYS) {
      if (dict.entries.get(usual) instanceof Dict part) {
        return of(file, usual, part);
      }
    }
    return of(file, null, dict);
  }

  private static StateDict of(String file, @Nullable String key, Dict part) {
    String name = key == null ? file : file + "[" + quoted(key) + "]";
    if (part.entries.isEmpty()) {
      throw new CheckpointException(name, "is a dictionary without tensors");
    }
    Map<String, StridedTensor> tensors = new TreeMap<>();
    part.entries.forEach(
        (k, value) -> {
          if (!(value instanceof StridedTensor tensor)) {
            throw new CheckpointException(
                name,
                String.format(
                    Locale.ROOT,
                    "%s is not a tensor; pass --checkpoint-key with the key of the weights, one of: %s",
                    quoted(k),
                    dictionaries(part)));
          }
          tensors.put(k, tensor);
        });
    return new StateDict(name, tensors);
  }

  private static String dictionaries(Dict dict) {
    String parts =
        dict.entries.entrySet().stream()
            .filter(e -> e.getValue() instanceof Dict)
            .limit(MAX_LISTED)
            .map(e -> quoted(e.getKey()))
            .collect(joining(", "));
    return parts.isEmpty() ? "none" : parts;
  }
}
