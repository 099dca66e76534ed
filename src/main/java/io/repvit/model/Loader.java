package io.repvit.model;

import io.repvit.checkpoint.CheckpointException;
import io.repvit.checkpoint.TensorSource;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.util.Locale;
import java.util.Optional;

/**
 * Takes weights from a source and checks their shapes.
 *
 * @param network name of the network for messages
 */
record Loader(TensorSource source, KeyLayout keys, String network) {

  boolean has(String tensor) {
    return source.has(tensor);
  }

  /**
   * Takes a tensor of the given shape.
   *
   * @throws CheckpointException if the tensor is missing or has another shape
   */
  Tensor take(String name, int... dims) {
    Shape needed = Shape.of(dims);
    Tensor tensor = source.take(name, needed);
    if (!tensor.shape().equals(needed)) {
      throw CheckpointException.of(
          source.name(),
          name,
          String.format(
              Locale.ROOT,
              "is %s, %s needs %s; only published configurations are supported",
              tensor.shape(),
              network,
              needed));
    }
    return tensor;
  }

  /** Loads a convolution that has a bias. */
  Conv conv(String key, ConvSpec spec) {
    return new Conv(
        key,
        take(key + ".weight", spec.weightDims()),
        Optional.of(take(key + ".bias", spec.out())),
        spec.stride(),
        spec.groups());
  }

  BatchNorm batchNorm(String key, int channels) {
    // A counter of batches, which only training needs.
    source.ignore(key + ".num_batches_tracked");
    Tensor gamma = take(key + ".weight", channels);
    Tensor beta = take(key + ".bias", channels);
    Tensor mean = take(key + ".running_mean", channels);
    Tensor var = take(key + ".running_var", channels);
    try {
      return new BatchNorm(key, gamma, beta, mean, var);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(source.name(), String.valueOf(e.getMessage()));
    }
  }
}
