package io.repvit.model;

/**
 * The deeper downsampling between stages: {@code y = channel(spatial(preBlock(x)))}, then {@code y
 * + ffn(y)}. Paper section 3.3, figure 4 (d).
 *
 * @param preBlock a block without squeeze-excite
 * @param spatial depthwise 3x3 stride 2
 * @param channel 1x1, to the channels of the next stage
 * @param ffn the channel mixer
 */
public record RepVitDownsample(
    RepVitBlock preBlock, ConvLayer spatial, ConvLayer channel, RepVitMlp ffn) implements Layer {

  static RepVitDownsample load(Loader loader, int stage, int in, int out) {
    return load(loader, stage, in, out, RepVggDw.KERNEL, RepVggDw.KERNEL);
  }

  /** Loads a downsampling with the kernel sizes of an early step of the design path. */
  static RepVitDownsample load(
      Loader loader, int stage, int in, int out, int kernelBefore, int kernel) {
    KeyLayout keys = loader.keys();
    return new RepVitDownsample(
        RepVitBlock.load(
            loader, keys.preBlock(stage), in, kernelBefore, RepVitMlp.RATIO * in, false),
        ConvNorm.load(loader, keys.spatialDownsample(stage), ConvSpec.depthwise(in, kernel, 2)),
        ConvNorm.load(loader, keys.channelDownsample(stage), ConvSpec.pointwise(in, out)),
        RepVitMlp.load(loader, keys.downsampleMlp(stage), out));
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    T y = channel.forward(ops, spatial.forward(ops, preBlock.forward(ops, x)));
    return ops.add(ffn.forward(ops, y), y);
  }

  @Override
  public RepVitDownsample fuse() {
    return new RepVitDownsample(preBlock.fuse(), spatial.fuse(), channel.fuse(), ffn.fuse());
  }
}
