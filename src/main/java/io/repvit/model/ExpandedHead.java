package io.repvit.model;

/**
 * The classifier of MobileNetV3 after pooling: {@code classifier(gelu(expand(x)))}.
 *
 * @param expand from the pooled features to 1280 values
 * @param classifier from 1280 values to the classes
 */
public record ExpandedHead(Linear expand, Linear classifier) implements Head {

  @Override
  public int inputs() {
    return expand.inputs();
  }

  @Override
  public int classes() {
    return classifier.outputs();
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    return classifier.forward(ops, ops.gelu(expand.forward(ops, x)));
  }

  /** Returns this: the activation between the linear layers prevents a fold. */
  @Override
  public ExpandedHead fuse() {
    return this;
  }
}
