package io.repvit.model;

/** {@code gelu(conv(x))}: how MobileNetV3 begins, and how its classifier does. */
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
