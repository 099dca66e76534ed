package io.repvit.checkpoint;

import io.repvit.checkpoint.PickleValue.Callable;
import io.repvit.checkpoint.PickleValue.Dict;
import io.repvit.checkpoint.PickleValue.Opaque;
import io.repvit.checkpoint.PickleValue.Storage;
import io.repvit.checkpoint.PickleValue.StorageType;
import io.repvit.checkpoint.PickleValue.StridedTensor;
import io.repvit.checkpoint.PickleValue.Text;
import io.repvit.checkpoint.PickleValue.Tuple;
import io.repvit.checkpoint.PickleValue.Whole;
import io.repvit.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the calls of a pickle make.
 *
 * <p>Source: <a href="https://github.com/pytorch/pytorch/blob/main/torch/_utils.py">PyTorch,
 * torch/_utils.py</a> and {@code torch/serialization.py}, {@code persistent_id}.
 */
final class PickleCalls {

  /** Storage, offset, sides and strides; what follows is about gradients. */
  private static final int TENSOR_ARGUMENTS = 4;

  /** 'storage', class, key, device, length. */
  private static final int STORAGE_ARGUMENTS = 5;

  private PickleCalls() {}

  /**
   * Calls the first value with the tuple that is the second.
   *
   * @param in for messages
   */
  static PickleValue call(PickleInput in, List<PickleValue> call) {
    if (!(call.get(0) instanceof Callable callable && call.get(1) instanceof Tuple arguments)) {
      throw in.bad("it calls what cannot be called");
    }
    List<PickleValue> items = arguments.items();
    return switch (callable) {
      case OPAQUE -> Opaque.INSTANCE;
      case ORDERED_DICT -> {
        if (!items.isEmpty()) {
          throw in.bad("an OrderedDict begins with entries");
        }
        yield new Dict();
      }
      case SIZE, PARAMETER -> {
        if (items.isEmpty()) {
          throw in.bad("a " + callable + " is made of nothing");
        }
        yield items.get(0);
      }
      case TENSOR -> tensor(in, items);
    };
  }

  /**
   * A reference to an entry of the zip file.
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
        && tuple.items().get(4) instanceof Whole length) {
      return new Storage(type, key.value(), length.value());
    }
    throw in.bad("it refers to something other than a storage");
  }

  private static StridedTensor tensor(PickleInput in, List<PickleValue> arguments) {
    if (arguments.size() >= TENSOR_ARGUMENTS
        && arguments.get(0) instanceof Storage storage
        && arguments.get(1) instanceof Whole offset
        && arguments.get(2) instanceof Tuple sides
        && arguments.get(3) instanceof Tuple strides
        && sides.items().size() == strides.items().size()) {
      return new StridedTensor(storage, offset.value(), numbers(in, sides), numbers(in, strides));
    }
    throw in.bad("a tensor is not made of storage, offset, sides and strides");
  }

  private static List<Long> numbers(PickleInput in, Tuple tuple) {
    if (tuple.items().size() > Shape.MAX_RANK) {
      throw in.bad(
          String.format(
              Locale.ROOT,
              "a tensor has %d sides, at most %d are read",
              tuple.items().size(),
              Shape.MAX_RANK));
    }
    List<Long> numbers = new ArrayList<>();
    for (PickleValue item : tuple.items()) {
      if (!(item instanceof Whole whole)) {
        throw in.bad("a side or a stride of a tensor is no whole number");
      }
      numbers.add(whole.value());
    }
    return numbers;
  }
}
