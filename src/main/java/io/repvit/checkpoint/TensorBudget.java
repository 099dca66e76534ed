package io.repvit.checkpoint;

import io.repvit.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * Limits the memory that the tensors of one file can allocate. It counts each tensor before its
 * memory is allocated.
 */
final class TensorBudget {

  /** RepViT-M2.3 in training form has 1,469 tensors. */
  static final int MAX_TENSORS = 1 << 16;

  /** 256 MiB as float32. A classifier of 640 features and 21,841 classes has a fifth of it. */
  static final int MAX_TENSOR_VALUES = 1 << 26;

  /** 1 GiB as float32. RepViT-M2.3 in training form has 24 million values. */
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
   * Counts a tensor and returns its shape.
   *
   * @param dims as the file declares them
   * @throws CheckpointException if the shape is not valid or a limit is exceeded
   */
  Shape admit(String tensor, List<Long> dims) {
    Shape shape = shape(tensor, dims);
    int count = shape.count();
    if (count == 0) {
      throw CheckpointException.of(
          file,
          tensor,
          String.format(
              Locale.ROOT,
              "has no values: its shape is %s, expected dimensions of at least 1",
              shape));
    }
    if (count > MAX_TENSOR_VALUES) {
      throw CheckpointException.of(
          file,
          tensor,
          String.format(
              Locale.ROOT,
              "of shape %s has %d values, at most %d are supported",
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
              "has more than %d tensors or %d values, which no RepViT has",
              MAX_TENSORS,
              MAX_VALUES));
    }
    return shape;
  }

  private Shape shape(String tensor, List<Long> dims) {
    if (dims.size() > Shape.MAX_RANK) {
      throw CheckpointException.of(
          file,
          tensor,
          String.format(
              Locale.ROOT,
              "has %d dimensions, at most %d are supported",
              dims.size(),
              Shape.MAX_RANK));
    }
    try {
      return new Shape(dims.stream().map(Math::toIntExact).toList());
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw CheckpointException.of(
          file,
          tensor,
          String.format(Locale.ROOT, "has an invalid shape %s: %s", dims, e.getMessage()));
    }
  }
}
