package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The nodes of a model that folding would remove, by name.
 *
 * @param norms BatchNormalization nodes
 * @param branches parallel branches that could be one convolution or matrix
 * @param training nodes that only training needs: Dropout, BatchNormalization in training mode,
 *     losses, optimisers and random number generators
 */
public record Unfused(List<String> norms, List<Branches> branches, List<String> training) {
  static final String NORM = "BatchNormalization";

  private static final Set<String> TRAINING =
      Set.of(
          "Bernoulli",
          "Dropout",
          "Multinomial",
          "NegativeLogLikelihoodLoss",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "SoftmaxCrossEntropyLoss");

  public Unfused {
    norms = List.copyOf(norms);
    branches = List.copyOf(branches);
    training = List.copyOf(training);
  }

  static Unfused in(List<Scope> scopes) {
    var norms = new ArrayList<String>();
    var branches = new ArrayList<Branches>();
    var training = new ArrayList<String>();
    for (Scope scope : scopes) {
      branches.addAll(Branches.in(scope));
      for (NodeProto node : scope.nodes()) {
        if (node.getOpType().equals(NORM)) {
          norms.add(Scope.name(node));
        }
        if (isForTraining(node)) {
          training.add(Scope.name(node));
        }
      }
    }
    return new Unfused(norms, branches, training);
  }

  /** Returns whether the model has no such nodes. */
  public boolean isEmpty() {
    return norms.isEmpty() && branches.isEmpty() && training.isEmpty();
  }

  private static boolean isForTraining(NodeProto node) {
    return TRAINING.contains(node.getOpType())
        || node.getDomain().contains("training")
        || (node.getOpType().equals(NORM)
            && (node.getOutputCount() > 1
                || NodeAttributes.intValue(node, "training_mode", 0) != 0));
  }

  /**
   * Returns one line, for example {@code 2 BatchNormalization, 1 parallel branches, 0 training-only
   * nodes}.
   */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d BatchNormalization, %d parallel branches, %d training-only nodes",
        norms.size(),
        branches.size(),
        training.size());
  }
}
