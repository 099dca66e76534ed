package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a model carries on from its training, nodes by name.
 *
 * @param norms BatchNormalization nodes
 * @param branches parallel branches that could be one map
 * @param training nodes that have a purpose in training only: Dropout, BatchNormalization that
 *     still learns, losses, optimisers and sources of random numbers
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

  /** Nothing is left: all that remains does work for an image. */
  public boolean isEmpty() {
    return norms.isEmpty() && branches.isEmpty() && training.isEmpty();
  }

  private static boolean isForTraining(NodeProto node) {
    return TRAINING.contains(node.getOpType())
        || node.getDomain().contains("training")
        || (node.getOpType().equals(NORM)
            && (node.getOutputCount() > 1 || NodeAttributes.whole(node, "training_mode", 0) != 0));
  }

  /** One line, as {@code 2 BatchNormalization, 1 parallel branches}. */
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
