package io.repvit.model;

/** From pooled features {@code [N,C]} to logits {@code [N,classes]}. */
public sealed interface Head extends Layer permits Linear, NormLinear, RepVitClassifier {
  @Override
  Linear fuse();

  /** Length of a row of logits. */
  int classes();
}
