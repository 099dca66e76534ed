package io.repvit.model;

import io.repvit.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensor names of the authors' {@code model/repvit.py}. All modules are in one list {@code
 * features}: the stem, then for each stage its blocks, the block before the next downsampling, and
 * that downsampling.
 *
 * <p>Block j of stage s is {@code features[base_s + j]} with {@code base_0 = 1} and {@code
 * base_(s+1) = base_s + depth_s + 2}.
 *
 * <p>Source: <a href="https://github.com/THU-MIG/RepViT">THU-MIG/RepViT</a>.
 *
 * @param depths number of blocks in each stage; the indices depend on it
 */
public record AuthorsKeys(List<Integer> depths) implements KeyLayout {
  static final String FIRST_TOKEN_MIXER = "features.1.token_mixer.";

  private static final String STEM = "features.0.";

  public AuthorsKeys {
    depths = List.copyOf(depths);
  }

  /** Reads the widths and depths from the names and shapes of a checkpoint. */
  static Recognition recognise(Checkpoint checkpoint) {
    var channels = new ArrayList<>(List.of(Recognition.outputs(checkpoint, STEM + 2)));
    var depths = new ArrayList<Integer>();
    int blocks = 0;
    for (int i = 1; ; i++) {
      String mixer = tokenMixer(i);
      if (checkpoint.has(mixer + ".0.conv.c.weight")) {
        blocks++;
      } else if (checkpoint.has(mixer + ".2.c.weight")) {
        // The block before a downsampling is not counted in the depth of its stage.
        depths.add(blocks - 1);
        channels.add(Recognition.outputs(checkpoint, mixer + ".2"));
        blocks = 0;
      } else {
        depths.add(blocks);
        return Recognition.of(checkpoint, new AuthorsKeys(depths), channels, depths);
      }
    }
  }

  @Override
  public String stem(int conv) {
    // Index 1 is the activation between the two convolutions.
    return STEM + 2 * (conv - 1);
  }

  @Override
  public BlockKeys block(int stage, int block) {
    return block(base(stage) + block);
  }

  @Override
  public BlockKeys preBlock(int stage) {
    return block(base(stage) - 2);
  }

  @Override
  public String spatialDownsample(int stage) {
    return tokenMixer(base(stage) - 1) + ".0";
  }

  @Override
  public String channelDownsample(int stage) {
    return tokenMixer(base(stage) - 1) + ".2";
  }

  @Override
  public MlpKeys downsampleMlp(int stage) {
    return mlp(base(stage) - 1);
  }

  @Override
  public String head() {
    return "classifier.classifier";
  }

  @Override
  public String distillationHead() {
    return "classifier.classifier_dist";
  }

  /** Returns the index of the first block of a stage. */
  private int base(int stage) {
    return 1 + depths.subList(0, stage).stream().mapToInt(depth -> depth + 2).sum();
  }

  private static String tokenMixer(int feature) {
    return "features." + feature + ".token_mixer";
  }

  private static BlockKeys block(int feature) {
    String mixer = tokenMixer(feature) + ".0";
    String gate = tokenMixer(feature) + ".1";
    return new BlockKeys(
        new TokenMixerKeys(mixer + ".conv", mixer + ".conv1", mixer + ".bn"),
        new SqueezeExciteKeys(gate + ".fc1", gate + ".fc2"),
        mlp(feature));
  }

  private static MlpKeys mlp(int feature) {
    String mixer = "features." + feature + ".channel_mixer.m.";
    return new MlpKeys(mixer + 0, mixer + 2);
  }
}
