package io.repvit.model;

/** A layer that folds into one convolution. */
public sealed interface ConvLayer extends Layer permits Conv, ConvNorm, RepVggDw, LegacyRepVggDw {
  @Override
  Conv fuse();
}
