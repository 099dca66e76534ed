package io.repvit.checkpoint;

import io.repvit.tensor.Shape;
import java.util.List;
import java.util.Locale;

/** What the tensors of one file may make us allocate, counted before anything is allocated. */
final class TensorBudget {

  /** RepViT-M2.3 in training form has 1,469. */
  static final int MAX_TENSORS = 1 << 16;

  /** 256 MiB as float32. The widest classifier there is, 640 to 21,841 classes, has a fifth. */
  static final int MAX_TENSOR_VALUES = 1 << 26;

  /** 1 GiB as float32. RepViT-M2.3 in training form has 24 million. */
  static final int MAX_VALUES = 1 << 28;

  private final String file;
  private int tensors;
  private long values;

  /**
   * @param file name for messages
   */
  TensorBudget(String file) {
    this.file = file;
  }

  /**
   * Counts one more tensor.
   *
   * @param sides as the file declares them
   * @throws CheckpointException if the shape cannot be used or a limit is passed
   */
  Shape admit(String tensor, List<Long> sides) {
    Shape shape = shape(tensor, sides);
    int count = shape.count();
    if (count == 0) {
      throw CheckpointException.of(
          file,
          tensor,
          String.format(
              Locale.ROOT, "has no values: its shape is %s, every side must be 1 or more", shape));
    }
    if (count > MAX_TENSOR_VALUES) {
      throw CheckpointException.of(
          file,
          tensor,
          String.format(
              Locale.ROOT,
              "of shape %s has %d values, at most %d are read",
              shape,
              count,
              MAX_TENSOR_VALUES));
    }
    tensors++;
    values += count;
    if (tensors > MAX_TENSORS || values > MAX_VALUES) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has more than %d tensors or %d values; no RepViT is that large",
              MAX_TENSORS,
              MAX_VALUES));
    }
    return shape;
  }

  private Shape shape(String tensor, List<Long> sides) {
    if (sides.size() > Shape.MAX_RANK) {
      throw CheckpointException.of(
          file,
          tensor,
          String.format(
              Locale.ROOT,
              "has an unusable shape of %d sides, at most %d are read",
              sides.size(),
              Shape.MAX_RANK));
    }
    try {
      return new Shape(sides.stream().map(Math::toIntExact).toList());
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw CheckpointException.of(
          file,
          tensor,
          String.format(Locale.ROOT, "has the unusable shape %s: %s", sides, e.getMessage()));
    }
  }
}
