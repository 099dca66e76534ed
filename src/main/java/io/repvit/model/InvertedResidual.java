package io.repvit.model;

import java.util.Optional;

/**
 * The block of MobileNetV3, which couples token and channel mixing: {@code y =
 * project(se(gelu(depthwise(gelu(expand(x))))))}, and {@code y + x} if the width and the resolution
 * do not change.
 *
 * <p>Source: arXiv 1905.02244, figure 4; timm's {@code InvertedResidual} and, without expansion,
 * {@code DepthwiseSeparableConv}.
 *
 * @param expand 1x1; empty in a depthwise separable convolution
 * @param depthwise stride 1 or 2
 * @param project 1x1, no activation follows
 * @param residual whether the block adds its input
 */
public record InvertedResidual(
    Optional<ConvLayer> expand,
    ConvLayer depthwise,
    Optional<SqueezeExcite> squeezeExcite,
    ConvLayer project,
    boolean residual)
    implements Layer {

  /**
   * Loads a block.
   *
   * @param prefix of the keys {@code expand, depthwise, se.fc1, se.fc2, project}
   */
  static InvertedResidual load(Loader loader, String prefix, Design.Row row, int in, int stride) {
    int hidden = row.hidden(in);
    return new InvertedResidual(
        Optional.of(ConvNorm.load(loader, prefix + ".expand", ConvSpec.pointwise(in, hidden))),
        ConvNorm.load(
            loader, prefix + ".depthwise", ConvSpec.depthwise(hidden, row.kernel(), stride)),
        row.squeezeExcite()
            ? Optional.of(
                SqueezeExcite.load(
                    loader,
                    TimmKeys.block(prefix).squeezeExcite(),
                    hidden,
                    Design.divisible(hidden / 4.0)))
            : Optional.empty(),
        ConvNorm.load(loader, prefix + ".project", ConvSpec.pointwise(hidden, row.width())),
        stride == 1 && in == row.width());
  }

  /** Loads a depthwise separable convolution: depthwise 3x3, GELU, 1x1, residual. */
  static InvertedResidual separable(Loader loader, String prefix, int channels) {
    return new InvertedResidual(
        Optional.empty(),
        ConvNorm.load(loader, prefix + ".depthwise", ConvSpec.depthwise(channels, 3, 1)),
        Optional.empty(),
        ConvNorm.load(loader, prefix + ".project", ConvSpec.pointwise(channels, channels)),
        true);
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    T expanded = expand.map(conv -> ops.gelu(conv.forward(ops, x))).orElse(x);
    T mixed = ops.gelu(depthwise.forward(ops, expanded));
    T weighted = squeezeExcite.map(se -> se.forward(ops, mixed)).orElse(mixed);
    T y = project.forward(ops, weighted);
    return residual ? ops.add(y, x) : y;
  }

  @Override
  public InvertedResidual fuse() {
    return new InvertedResidual(
        expand.map(ConvLayer::fuse), depthwise.fuse(), squeezeExcite, project.fuse(), residual);
  }
}
