package io.repvit.model;

/** A layer that is one convolution once it is folded. */
public sealed interface ConvLayer extends Layer permits Conv, ConvNorm, RepVggDw, LegacyRepVggDw {
  @Override
  Conv fuse();
}
