package io.repvit.model;

/** From pooled features {@code [N,C]} to logits {@code [N,classes]}. */
public sealed interface Head extends Layer
    permits Linear, NormLinear, RepVitClassifier, ExpandedHead {
  @Override
  Head fuse();

  /** Length of a row of pooled features. */
  int inputs();

  /** Length of a row of logits. */
  int classes();
}
