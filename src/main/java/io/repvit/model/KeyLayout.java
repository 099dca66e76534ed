package io.repvit.model;

/** What a checkpoint calls the parts of a RepViT; stages and blocks are counted from 0. */
public sealed interface KeyLayout permits TimmKeys, AuthorsKeys {

  /** As in {@code stem.conv1}; {@code conv} is 1 or 2. */
  String stem(int conv);

  BlockKeys block(int stage, int block);

  /** The block inside the downsampler that begins {@code stage}. */
  BlockKeys preBlock(int stage);

  String spatialDownsample(int stage);

  String channelDownsample(int stage);

  MlpKeys downsampleMlp(int stage);

  String head();

  String distillationHead();

  /** Keys of one block. */
  record BlockKeys(
      TokenMixerKeys tokenMixer, SqueezeExciteKeys squeezeExcite, MlpKeys channelMixer) {}

  /** Keys of a {@link RepVggDw} of either form. */
  record TokenMixerKeys(String conv, String conv1, String norm) {}

  record SqueezeExciteKeys(String fc1, String fc2) {}

  record MlpKeys(String conv1, String conv2) {}
}
