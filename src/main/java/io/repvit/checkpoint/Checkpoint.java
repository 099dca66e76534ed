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
 * The tensors of one file. Each is taken once; what nobody takes is an error, because a tensor that
 * no layer uses means that the wrong network is being built.
 */
public final class Checkpoint implements TensorSource {

  /**
   * Another network leaves hundreds of tensors over: messages name this many and count the rest.
   */
  static final int MAX_NAMED = 8;

  private final String file;
  private final String sha256;
  private final Map<String, Tensor> tensors;
  private final TreeSet<String> left;

  /**
   * @param file name for messages
   * @param sha256 hash of the whole file, lower-case hex
   * @throws CheckpointException if a value is not finite
   */
  public Checkpoint(String file, String sha256, Map<String, Tensor> tensors) {
    this.file = file;
    this.sha256 = sha256;
    this.tensors = new TreeMap<>(tensors);
    this.left = new TreeSet<>(tensors.keySet());
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
   * The same tensors, none of them taken, without a prefix that all names have.
   *
   * @throws CheckpointException if a name has another beginning
   */
  public Checkpoint below(String prefix) {
    List<String> others =
        tensors.keySet().stream().filter(name -> !name.startsWith(prefix)).toList();
    if (!others.isEmpty()) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "%d of %d names do not begin with %s as the network's do: %s; save the network alone",
              others.size(),
              tensors.size(),
              CheckpointException.quoted(prefix),
              some(others)));
    }
    Map<String, Tensor> below = new TreeMap<>();
    tensors.forEach((name, tensor) -> below.put(name.substring(prefix.length()), tensor));
    return new Checkpoint(file + " below " + CheckpointException.quoted(prefix), sha256, below);
  }

  private static String some(Collection<String> names) {
    var named = names.stream().limit(MAX_NAMED).map(CheckpointException::quoted).toList();
    int more = names.size() - named.size();
    return String.join(", ", named) + (more > 0 ? " and " + more + " more" : "");
  }

  /** Names in the file, sorted. */
  public Collection<String> names() {
    return tensors.keySet();
  }

  /**
   * The shape of a tensor, without taking it.
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
      throw missing(tensor, ", needed as " + needed);
    }
    if (!left.remove(tensor)) {
      throw CheckpointException.of(file, tensor, "was taken twice, each belongs to one layer");
    }
    return t;
  }

  @Override
  public void ignore(String tensor) {
    left.remove(tensor);
  }

  @Override
  public void requireAllTaken() {
    if (left.isEmpty()) {
      return;
    }
    throw new CheckpointException(
        file,
        String.format(
            Locale.ROOT,
            "%d tensors that the network does not use: %s; is it another network's checkpoint?",
            left.size(),
            some(left)));
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
                "has the value %s at index %d; weights must be finite, did the training diverge?",
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

  private CheckpointException missing(String tensor, String needed) {
    return CheckpointException.of(
        file,
        tensor,
        String.format(
            Locale.ROOT,
            "is missing%s; the file has %d others, is it whole?",
            needed,
            tensors.size()));
  }
}
