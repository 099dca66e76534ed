package io.repvit.model;

import java.util.List;

/**
 * A classifier with one or two heads. The logits of two heads are averaged. A network that was
 * trained by distillation has a second head, which was trained on the teacher's outputs.
 */
public record RepVitClassifier(List<NormLinear> heads) implements Head {

  /**
   * @throws IllegalArgumentException if there is no head
   */
  public RepVitClassifier {
    heads = List.copyOf(heads);
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("a classifier has no head, expected at least one");
    }
  }

  static RepVitClassifier load(Loader loader, int width, int classes) {
    KeyLayout keys = loader.keys();
    var head = NormLinear.load(loader, keys.head(), width, classes);
    if (!loader.has(keys.distillationHead() + ".l.weight")) {
      return new RepVitClassifier(List.of(head));
    }
    return new RepVitClassifier(
        List.of(head, NormLinear.load(loader, keys.distillationHead(), width, classes)));
  }

  @Override
  public int inputs() {
    return heads.get(0).inputs();
  }

  @Override
  public int classes() {
    return heads.get(0).classes();
  }

  @Override
  public <T> T forward(Ops<T> ops, T x) {
    List<T> logits = heads.stream().map(head -> head.forward(ops, x)).toList();
    return logits.size() == 1 ? logits.get(0) : ops.mean(logits);
  }

  /** Folds each head, then averages them: {@code W' = mean(W)}, {@code b' = mean(b)}. */
  @Override
  public Linear fuse() {
    Fold sum = heads.stream().map(NormLinear::fold).reduce(Fold::plus).orElseThrow();
    Fold mean = sum.dividedBy(heads.size());
    return new Linear(heads.get(0).linear().name(), mean.weight(), mean.bias());
  }
}
