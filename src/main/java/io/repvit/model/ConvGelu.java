package io.repvit.model;

/** {@code gelu(conv(x))}, the first layer of MobileNetV3 and the first layer of its classifier. */
public record ConvGelu(ConvLayer conv) implements Layer {

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return ops.gelu(conv.forward(ops, x));
  }

  @Override
  public ConvGelu fuse() {
    return new ConvGelu(conv.fuse());
  }
}
