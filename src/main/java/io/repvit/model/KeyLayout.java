package io.repvit.model;

/** The naming scheme of tensors in a RepViT checkpoint. Stages and blocks are counted from 0. */
public sealed interface KeyLayout permits TimmKeys, AuthorsKeys {

  /**
   * Returns the key of a stem convolution, for example {@code stem.conv1}; {@code conv} is 1 or 2.
   */
  String stem(int conv);

  BlockKeys block(int stage, int block);

  /** Returns the keys of the RepViT block in the downsampling before {@code stage}. */
  BlockKeys preBlock(int stage);

  String spatialDownsample(int stage);

  String channelDownsample(int stage);

  MlpKeys downsampleMlp(int stage);

  String head();

  String distillationHead();

  /** The keys of one block. */
  record BlockKeys(
      TokenMixerKeys tokenMixer, SqueezeExciteKeys squeezeExcite, MlpKeys channelMixer) {}

  /** The keys of a token mixer, {@link RepVggDw} or {@link LegacyRepVggDw}. */
  record TokenMixerKeys(String conv, String conv1, String norm) {}

  record SqueezeExciteKeys(String fc1, String fc2) {}

  record MlpKeys(String conv1, String conv2) {}
}
