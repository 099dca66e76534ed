package io.repvit.spark4;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * What a function in SQL does with an encoded image. It is deterministic, and is sent to executors.
 * Equal functions give equal results, so that Spark computes them once. {@link #toString} is shown
 * in plans.
 */
public interface ImageFunction extends Serializable {
  /** The type of the result, which may be null. */
  DataType type();

  /**
   * The result for an image; null if it has none. An image that is null is not passed.
   *
   * @return a value that {@link Cells} takes
   */
  @Nullable Object apply(byte[] image);
}
