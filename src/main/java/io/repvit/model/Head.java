package io.repvit.model;

/** A classifier: maps pooled features {@code [N,C]} to logits {@code [N,classes]}. */
public sealed interface Head extends Layer
    permits Linear, NormLinear, RepVitClassifier, ExpandedHead {
  @Override
  Head fuse();

  /** Returns the number of pooled features per image. */
  int inputs();

  /** Returns the number of classes. */
  int classes();
}
