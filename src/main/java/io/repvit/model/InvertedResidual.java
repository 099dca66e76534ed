package io.repvit.model;

import java.util.Optional;

/**
 * MobileNetV3's block, in which token and channel mixer are coupled: {@code
 * project(se(gelu(depthwise(gelu(expand(x))))))}, plus x where width and resolution stay.
 *
 * <p>Source: arXiv 1905.02244, figure 4; timm's {@code InvertedResidual}, and {@code
 * DepthwiseSeparableConv} where there is nothing to expand.
 *
 * @param expand 1x1; empty in the depthwise separable convolution of the stem
 * @param depthwise of stride 1 or 2
 * @param project 1x1, without an activation
 * @param residual whether x is added
 */
public record InvertedResidual(
    Optional<ConvLayer> expand,
    ConvLayer depthwise,
    Optional<SqueezeExcite> squeezeExcite,
    ConvLayer project,
    boolean residual)
    implements Layer {

  /**
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

  /** Depthwise 3x3, GELU, 1x1, of one width. */
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
