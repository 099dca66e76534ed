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
 * The tensors that a pickle names, in the part that was asked for.
 *
 * @param name of file and part, as {@code ckpt.pth['model']}
 * @param tensors by name
 */
record StateDict(String name, Map<String, StridedTensor> tensors) {

  /** The parts that hold the weights: RepViT's own training names it so, timm's the other way. */
  private static final List<String> DEFAULT_KEYS = List.of("model", "state_dict");

  /** Keys that a message lists. */
  private static final int MAX_LISTED = 12;

  /**
   * Takes the part under {@code key}, or the one that files have by convention, or the whole.
   *
   * @throws CheckpointException if there is no such part or it holds something else than tensors
   */
  static StateDict select(String file, PickleValue top, @Nullable String key) {
    if (!(top instanceof Dict dict)) {
      throw new CheckpointException(
          file,
          "holds no dictionary of tensors; write it with torch.save(model.state_dict(), file)");
    }
    if (key != null) {
      if (dict.entries.get(key) instanceof Dict part) {
        return of(file, key, part);
      }
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has no dictionary %s; pass as --checkpoint-key one of %s",
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
      throw new CheckpointException(name, "holds no tensors");
    }
    Map<String, StridedTensor> tensors = new TreeMap<>();
    part.entries.forEach(
        (k, value) -> {
          if (!(value instanceof StridedTensor tensor)) {
            throw new CheckpointException(
                name,
                String.format(
                    Locale.ROOT,
                    "%s is no tensor; pass the --checkpoint-key of the weights, there are %s",
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
