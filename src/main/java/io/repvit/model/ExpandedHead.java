package io.repvit.model;

/**
 * MobileNetV3's classifier after pooling: {@code classifier(gelu(expand(x)))}.
 *
 * @param expand to 1280
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

  /** Nothing to fold: an activation is between the two. */
  @Override
  public ExpandedHead fuse() {
    return this;
  }
}
