package io.repvit.checkpoint;

import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors of one checkpoint file. Layers take each tensor once. A tensor that no layer takes is
 * an error, because it shows that the file belongs to another network.
 */
public final class Checkpoint implements TensorSource {

  /**
   * The checkpoint of another network has hundreds of unused tensors. A message names at most this
   * many of them and counts the others.
   */
  static final int MAX_NAMED = 8;

  private final String file;
  private final String sha256;
  private final Map<String, Tensor> tensors;
  private final TreeSet<String> unused;

  /**
   * @param file name for messages
   * @param sha256 hash of the whole file, lower-case hex
   * @throws CheckpointException if a value is not finite
   */
  public Checkpoint(String file, String sha256, Map<String, Tensor> tensors) {
    this.file = file;
    this.sha256 = sha256;
    this.tensors = new TreeMap<>(tensors);
    this.unused = new TreeSet<>(tensors.keySet());
    this.tensors.forEach(this::requireFinite);
  }

  @Override
  public String name() {
    return file;
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public boolean has(String tensor) {
    return tensors.containsKey(tensor);
  }

  /**
   * Returns a checkpoint with the same tensors, all of them unused, whose names lack the given
   * prefix. PyTorch wrappers put such a prefix before each name, for example {@code module.}.
   *
   * @throws CheckpointException if a name does not begin with the prefix
   */
  public Checkpoint withoutPrefix(String prefix) {
    List<String> others =
        tensors.keySet().stream().filter(name -> !name.startsWith(prefix)).toList();
    if (!others.isEmpty()) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "%d of %d tensor names do not begin with the network's prefix %s: %s; save only the"
                  + " network's state dict",
              others.size(),
              tensors.size(),
              CheckpointException.quoted(prefix),
              some(others)));
    }
    Map<String, Tensor> renamed = new TreeMap<>();
    tensors.forEach((name, tensor) -> renamed.put(name.substring(prefix.length()), tensor));
    String name = file + " (prefix " + CheckpointException.quoted(prefix) + ")";
    return new Checkpoint(name, sha256, renamed);
  }

  private static String some(Collection<String> names) {
    var named = names.stream().limit(MAX_NAMED).map(CheckpointException::quoted).toList();
    int more = names.size() - named.size();
    return String.join(", ", named) + (more > 0 ? " and " + more + " more" : "");
  }

  /** Returns the names of all tensors, sorted. */
  public Collection<String> names() {
    return tensors.keySet();
  }

  /**
   * Returns the shape of a tensor. The tensor stays unused.
   *
   * @throws CheckpointException if there is no such tensor
   */
  public Shape shape(String tensor) {
    return get(tensor).shape();
  }

  @Override
  public Tensor take(String tensor, Shape needed) {
    Tensor t = tensors.get(tensor);
    if (t == null) {
      throw missing(tensor, ", expected shape " + needed);
    }
    if (!unused.remove(tensor)) {
      throw CheckpointException.of(file, tensor, "is used by two layers, expected one");
    }
    return t;
  }

  @Override
  public void ignore(String tensor) {
    unused.remove(tensor);
  }

  @Override
  public void requireAllTaken() {
    if (unused.isEmpty()) {
      return;
    }
    throw new CheckpointException(
        file,
        String.format(
            Locale.ROOT,
            "has %d tensors that the network does not use: %s; is it a checkpoint of another network?",
            unused.size(),
            some(unused)));
  }

  private void requireFinite(String name, Tensor tensor) {
    float[] values = tensor.values();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw CheckpointException.of(
            file,
            name,
            String.format(
                Locale.ROOT,
                "has the value %s at index %d, expected finite weights; did the training diverge?",
                values[i],
                i));
      }
    }
  }

  private Tensor get(String tensor) {
    Tensor t = tensors.get(tensor);
    if (t == null) {
      throw missing(tensor, "");
    }
    return t;
  }

  private CheckpointException missing(String tensor, String expected) {
    return CheckpointException.of(
        file,
        tensor,
        String.format(
            Locale.ROOT,
            "is missing%s; the file has %d other tensors; is it complete?",
            expected,
            tensors.size()));
  }
}
