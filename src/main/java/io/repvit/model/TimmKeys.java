package io.repvit.model;

/** The names of timm's {@code models/repvit.py}. */
public final class TimmKeys implements KeyLayout {
  @Override
  public String stem(int conv) {
    return "stem.conv" + conv;
  }

  @Override
  public BlockKeys block(int stage, int block) {
    return block("stages.%d.blocks.%d".formatted(stage, block));
  }

  @Override
  public BlockKeys preBlock(int stage) {
    return block(downsample(stage) + ".pre_block");
  }

  @Override
  public String spatialDownsample(int stage) {
    return downsample(stage) + ".spatial_downsample";
  }

  @Override
  public String channelDownsample(int stage) {
    return downsample(stage) + ".channel_downsample";
  }

  @Override
  public MlpKeys downsampleMlp(int stage) {
    return mlp(downsample(stage) + ".ffn");
  }

  @Override
  public String head() {
    return "head.head";
  }

  @Override
  public String distillationHead() {
    return "head.head_dist";
  }

  private static String downsample(int stage) {
    return "stages." + stage + ".downsample";
  }

  private static BlockKeys block(String prefix) {
    String mixer = prefix + ".token_mixer";
    return new BlockKeys(
        new TokenMixerKeys(mixer + ".conv", mixer + ".conv1", mixer + ".bn"),
        new SqueezeExciteKeys(prefix + ".se.fc1", prefix + ".se.fc2"),
        mlp(prefix + ".channel_mixer"));
  }

  private static MlpKeys mlp(String prefix) {
    return new MlpKeys(prefix + ".conv1", prefix + ".conv2");
  }
}
