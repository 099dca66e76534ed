package io.repvit.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The blocks of one width and resolution. Every stage but the first begins with a downsampling.
 *
 * @param downsample empty in the first stage
 */
public record RepVitStage(Optional<RepVitDownsample> downsample, List<RepVitBlock> blocks)
    implements Layer {

  public RepVitStage {
    blocks = List.copyOf(blocks);
  }

  static RepVitStage load(Loader loader, RepVitVariant variant, int stage) {
    int width = variant.channels().get(stage);
    Optional<RepVitDownsample> downsample =
        stage == 0
            ? Optional.empty()
            : Optional.of(
                RepVitDownsample.load(loader, stage, variant.channels().get(stage - 1), width));
    var blocks = new ArrayList<RepVitBlock>();
    for (int j = 0; j < variant.depths().get(stage); j++) {
      // Blocks 1, 3, 5, ... counted from 1: paper section 3.4, "in a cross-block manner".
      boolean useSe = j % 2 == 0;
      blocks.add(RepVitBlock.load(loader, loader.keys().block(stage, j), width, useSe));
    }
    return new RepVitStage(downsample, blocks);
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    T y = downsample.isPresent() ? downsample.get().forward(ops, x) : x;
    for (RepVitBlock block : blocks) {
      y = block.forward(ops, y);
    }
    return y;
  }

  @Override
  public RepVitStage fuse() {
    return new RepVitStage(
        downsample.map(RepVitDownsample::fuse), blocks.stream().map(RepVitBlock::fuse).toList());
  }
}
