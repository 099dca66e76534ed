package io.repvit.checkpoint;

import io.repvit.checkpoint.PickleValue.Callable;
import io.repvit.checkpoint.PickleValue.Dict;
import io.repvit.checkpoint.PickleValue.Int;
import io.repvit.checkpoint.PickleValue.Opaque;
import io.repvit.checkpoint.PickleValue.Storage;
import io.repvit.checkpoint.PickleValue.StorageType;
import io.repvit.checkpoint.PickleValue.StridedTensor;
import io.repvit.checkpoint.PickleValue.Text;
import io.repvit.checkpoint.PickleValue.Tuple;
import io.repvit.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Evaluates the calls in a pickle. No call executes code: each one only builds a {@link
 * PickleValue}.
 *
 * <p>Source: <a href="https://github.com/pytorch/pytorch/blob/main/torch/_utils.py">PyTorch,
 * torch/_utils.py</a> and {@code torch/serialization.py}, {@code persistent_id}.
 */
final class PickleCalls {

  /** Storage, offset, dimensions and strides. Later arguments concern gradients. */
  private static final int TENSOR_ARGUMENTS = 4;

  /** The word {@code storage}, storage type, key, device, length. */
  private static final int STORAGE_ARGUMENTS = 5;

  private PickleCalls() {}

  /**
   * Calls a callable with a tuple of arguments.
   *
   * @param in for messages
   */
  static PickleValue call(PickleInput in, List<PickleValue> call) {
    if (!(call.get(0) instanceof Callable callable && call.get(1) instanceof Tuple arguments)) {
      throw in.bad("a call has no allowed callable or no tuple of arguments");
    }
    List<PickleValue> items = arguments.items();
    return switch (callable) {
      case OPAQUE -> Opaque.INSTANCE;
      case ORDERED_DICT -> {
        if (!items.isEmpty()) {
          throw in.bad("an OrderedDict is called with arguments, expected none");
        }
        yield new Dict();
      }
      case SIZE, PARAMETER -> {
        if (items.isEmpty()) {
          throw in.bad(callable + " is called without arguments");
        }
        yield items.get(0);
      }
      case TENSOR -> tensor(in, items);
    };
  }

  /**
   * Evaluates a persistent ID, which refers to a storage in the zip file.
   *
   * @param in for messages
   */
  static Storage storage(PickleInput in, PickleValue id) {
    if (id instanceof Tuple tuple
        && tuple.items().size() == STORAGE_ARGUMENTS
        && tuple.items().get(0) instanceof Text kind
        && kind.value().equals("storage")
        && tuple.items().get(1) instanceof StorageType type
        && tuple.items().get(2) instanceof Text key
        && tuple.items().get(4) instanceof Int length) {
      return new Storage(type, key.value(), length.value());
    }
    throw in.bad("a persistent ID does not refer to a storage");
  }

  private static StridedTensor tensor(PickleInput in, List<PickleValue> arguments) {
    if (arguments.size() >= TENSOR_ARGUMENTS
        && arguments.get(0) instanceof Storage storage
        && arguments.get(1) instanceof Int offset
        && arguments.get(2) instanceof Tuple dims
        && arguments.get(3) instanceof Tuple strides
        && dims.items().size() == strides.items().size()) {
      return new StridedTensor(storage, offset.value(), numbers(in, dims), numbers(in, strides));
    }
    throw in.bad("a tensor is not built from storage, offset, dimensions and strides");
  }

  private static List<Long> numbers(PickleInput in, Tuple tuple) {
    if (tuple.items().size() > Shape.MAX_RANK) {
      throw in.bad(
          String.format(
              Locale.ROOT,
              "a tensor has %d dimensions, at most %d are supported",
              tuple.items().size(),
              Shape.MAX_RANK));
    }
    List<Long> numbers = new ArrayList<>();
    for (PickleValue item : tuple.items()) {
      if (!(item instanceof Int whole)) {
        throw in.bad("a dimension or stride of a tensor is not an integer");
      }
      numbers.add(whole.value());
    }
    return numbers;
  }
}
