package io.repvit.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value in a pickle, as far as checkpoints need it. An untrusted file decides how deep values
 * nest, so no code may recurse into them: do not hash, compare or print a value.
 */
sealed interface PickleValue {

  /** A value whose content is not needed: a float, list, set, byte string, setting or array. */
  enum Opaque implements PickleValue {
    INSTANCE
  }

  record Text(String value) implements PickleValue {}

  record Int(long value) implements PickleValue {}

  /** A {@code tuple} or {@code torch.Size}. */
  record Tuple(List<PickleValue> items) implements PickleValue {}

  /** A {@code dict} or {@code OrderedDict}. Entries whose key is not a string are dropped. */
  final class Dict implements PickleValue {
    final Map<String, PickleValue> entries = new LinkedHashMap<>();
  }

  /** The callables that are allowed. A call builds a value and executes no code. */
  enum Callable implements PickleValue {
    ORDERED_DICT,
    TENSOR,
    PARAMETER,
    SIZE,
    /** A call returns an {@link Opaque}. */
    OPAQUE
  }

  /**
   * A PyTorch storage class, for example {@code torch.FloatStorage}.
   *
   * @param dtype null if the type is not supported for weights
   */
  record StorageType(String name, @Nullable DType dtype) implements PickleValue {}

  /**
   * A reference to an entry of the zip file that holds the values of tensors.
   *
   * @param key name of the entry in the folder {@code data/}
   * @param length in elements
   */
  record Storage(StorageType type, String key, long length) implements PickleValue {}

  /**
   * A tensor as the pickle declares it. Its values are not read and its shape is not checked yet.
   *
   * @param offset of the first value in the storage, in elements
   * @param dims the shape
   * @param strides in elements, one per dimension
   */
  record StridedTensor(Storage storage, long offset, List<Long> dims, List<Long> strides)
      implements PickleValue {}
}
