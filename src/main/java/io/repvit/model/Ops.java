package io.repvit.model;

import java.util.List;

/**
 * The operations that a network consists of. Layers define their forward pass on this interface.
 * Its implementations emit an ONNX graph or count parameters and MACs.
 *
 * @param <T> the type of an activation: {@code [N,C,H,W]} before {@link #flatten}, {@code [N,C]}
 *     after
 */
public interface Ops<T> {

  /** Cross-correlation with zero padding and an optional bias, as ONNX {@code Conv}. */
  T conv(T x, Conv conv);

  /**
   * {@code gamma * (x - mean) / sqrt(var + eps) + beta} per channel, for {@code [N,C,H,W]} and
   * {@code [N,C]}.
   */
  T batchNorm(T x, BatchNorm norm);

  /** Exact GELU: {@code x / 2 * (1 + erf(x / sqrt 2))}. */
  T gelu(T x);

  T relu(T x);

  T sigmoid(T x);

  /** Sum of two activations of the same shape. */
  T add(T x, T y);

  /** Product of {@code x} and a factor per channel; {@code factor} is {@code [N,C,1,1]}. */
  T scale(T x, T factor);

  /** Mean over H and W; the result is {@code [N,C,1,1]}. */
  T globalAveragePool(T x);

  /** Reshapes {@code [N,C,1,1]} to {@code [N,C]}. */
  T flatten(T x);

  /** {@code x * W^T + b}; the result is {@code [N,out]}. */
  T linear(T x, Linear linear);

  /** Arithmetic mean of activations of the same shape. */
  T mean(List<T> xs);
}
