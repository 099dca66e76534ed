package io.repvit.model;

import io.repvit.checkpoint.CheckpointException;
import io.repvit.checkpoint.TensorSource;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.util.Locale;
import java.util.Optional;

/**
 * Takes weights of the shape the network needs from a source.
 *
 * @param network what messages call it
 */
record Loader(TensorSource source, KeyLayout keys, String network) {

  boolean has(String tensor) {
    return source.has(tensor);
  }

  /**
   * @throws CheckpointException if the tensor is missing or of another shape
   */
  Tensor take(String name, int... sides) {
    Shape needed = Shape.of(sides);
    Tensor tensor = source.take(name, needed);
    if (!tensor.shape().equals(needed)) {
      throw CheckpointException.of(
          source.name(),
          name,
          String.format(
              Locale.ROOT,
              "is %s, %s needs %s; only published configurations are exported",
              tensor.shape(),
              network,
              needed));
    }
    return tensor;
  }

  /** A convolution with a bias and no norm. */
  Conv conv(String key, ConvSpec spec) {
    return new Conv(
        key,
        take(key + ".weight", spec.weightSides()),
        Optional.of(take(key + ".bias", spec.out())),
        spec.stride(),
        spec.groups());
  }

  BatchNorm batchNorm(String key, int channels) {
    // How many batches the statistics saw: of use to training alone.
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
