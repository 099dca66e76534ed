package io.repvit.checkpoint;

import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;

/** Supplies layers with their weights by name. */
public interface TensorSource {

  /** Returns the name for messages, for a file its file name. */
  String name();

  /** Returns the SHA-256 of the content, lower-case hex. */
  String sha256();

  /** Returns whether a tensor of this name exists. */
  boolean has(String tensor);

  /**
   * Returns a tensor and marks it as used. Each tensor can be taken once.
   *
   * @param needed the shape that the layer expects; the returned tensor may have another one, so
   *     the caller must check it
   * @throws CheckpointException if the tensor is missing or was taken before
   */
  Tensor take(String tensor, Shape needed);

  /** Marks a tensor as known but not needed. It need not exist. */
  void ignore(String tensor);

  /**
   * Requires that each tensor was taken or ignored.
   *
   * @throws CheckpointException naming the tensors that no layer uses
   */
  void requireAllTaken();
}
