package io.repvit.model;

import java.util.List;

/**
 * What a RepViT is made of. A layer's forward pass is written over this interface; its
 * implementations emit a graph or count the work.
 *
 * @param <T> an activation, {@code [N,C,H,W]} before {@link #flatten}, {@code [N,C]} after
 */
public interface Ops<T> {

  /** Cross-correlation with zero padding and bias. */
  T conv(T x, Conv conv);

  /** Per channel {@code gamma * (x - mean) / sqrt(var + eps) + beta}, on either rank. */
  T batchNorm(T x, BatchNorm norm);

  /** {@code x / 2 * (1 + erf(x / sqrt 2))}, exact. */
  T gelu(T x);

  T relu(T x);

  T sigmoid(T x);

  /** Sum of two activations of one shape. */
  T add(T x, T y);

  /** Product; {@code factor} is {@code [N,C,1,1]}. */
  T scale(T x, T factor);

  /** Mean over H and W, to {@code [N,C,1,1]}. */
  T globalAveragePool(T x);

  /** {@code [N,C,1,1]} to {@code [N,C]}. */
  T flatten(T x);

  /** {@code x * W^T + b}, to {@code [N,out]}. */
  T linear(T x, Linear linear);

  /** Arithmetic mean of activations of one shape. */
  T mean(List<T> xs);
}
