package io.repvit.checkpoint;

import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;

/** Where layers take their weights from, by name. */
public interface TensorSource {

  /** What messages call this source: a file name. */
  String name();

  /** Identity of the content, lower-case hex SHA-256. */
  String sha256();

  boolean has(String tensor);

  /**
   * Hands a tensor out, once.
   *
   * @param needed the shape the caller can use; the source may hold another, the caller checks
   * @throws CheckpointException if there is no such tensor or it was already taken
   */
  Tensor take(String tensor, Shape needed);

  /** Marks a tensor as known and without use; there may be none of that name. */
  void ignore(String tensor);

  /**
   * Ends the loading.
   *
   * @throws CheckpointException naming the tensors that nobody took
   */
  void requireAllTaken();
}
