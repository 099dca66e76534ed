package io.repvit.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pickle holds, as far as a checkpoint needs it. Values nest as deep as the file likes, so
 * nothing here may ever walk them: no hash, no comparison and no text of a whole value.
 */
sealed interface PickleValue {

  /** Numbers with a fraction, lists, sets, bytes, settings, arrays: there, and of no use. */
  enum Opaque implements PickleValue {
    INSTANCE
  }

  record Text(String value) implements PickleValue {}

  record Whole(long value) implements PickleValue {}

  /** Also {@code torch.Size}. */
  record Tuple(List<PickleValue> items) implements PickleValue {}

  /** {@code dict} and {@code OrderedDict}; entries whose key is not text are dropped. */
  final class Dict implements PickleValue {
    final Map<String, PickleValue> entries = new LinkedHashMap<>();
  }

  /** What may be called; calling makes data and runs nothing. */
  enum Callable implements PickleValue {
    ORDERED_DICT,
    TENSOR,
    PARAMETER,
    SIZE,
    /** Makes an {@link Opaque}. */
    OPAQUE
  }

  /**
   * A class of storages, such as {@code torch.FloatStorage}.
   *
   * @param dtype null where weights never have it
   */
  record StorageType(String name, @Nullable DType dtype) implements PickleValue {}

  /**
   * An entry of the zip file, not yet read.
   *
   * @param key name below {@code data/}
   * @param length in elements
   */
  record Storage(StorageType type, String key, long length) implements PickleValue {}

  /**
   * A tensor, not yet read and not yet checked.
   *
   * @param offset into the storage, in elements
   * @param sides of the shape
   * @param strides in elements, one per side
   */
  record StridedTensor(Storage storage, long offset, List<Long> sides, List<Long> strides)
      implements PickleValue {}
}
