package io.repvit.model;

import io.repvit.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tensor names of timm's {@code models/repvit.py}. */
public record TimmKeys() implements KeyLayout {
  static final String FIRST_TOKEN_MIXER = "stages.0.blocks.0.token_mixer.";

  /** Reads the widths and depths from the names and shapes of a checkpoint. */
  static Recognition recognise(Checkpoint checkpoint) {
    var keys = new TimmKeys();
    var channels = new ArrayList<>(List.of(Recognition.outputs(checkpoint, keys.stem(2))));
    var depths = new ArrayList<>(List.of(keys.depth(checkpoint, 0)));
    for (int stage = 1; checkpoint.has(keys.channelDownsample(stage) + ".c.weight"); stage++) {
      channels.add(Recognition.outputs(checkpoint, keys.channelDownsample(stage)));
      depths.add(keys.depth(checkpoint, stage));
    }
    return Recognition.of(checkpoint, keys, channels, depths);
  }

  private int depth(Checkpoint checkpoint, int stage) {
    int depth = 0;
    while (checkpoint.has(block(stage, depth).tokenMixer().conv() + ".c.weight")) {
      depth++;
    }
    return depth;
  }

  @Override
  public String stem(int conv) {
    return "stem.conv" + conv;
  }

  @Override
  public BlockKeys block(int stage, int block) {
    return block(String.format(Locale.ROOT, "stages.%d.blocks.%d", stage, block));
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

  static BlockKeys block(String prefix) {
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
