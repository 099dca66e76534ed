package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parallel linear branches that could be folded into one convolution or matrix, as in a RepVGG
 * block. The branches start at the same value, contain only linear operators, and end in a sum. At
 * least one operator has weights. The identity counts as a branch. Residual, inception, attention
 * and squeeze-excite blocks do not count: they have an activation in a branch, or end in a product
 * or a concatenation.
 *
 * @param from name of the value where the branches start
 * @param meet name of the node that adds the last branch
 */
public record Branches(String from, String meet) {
  static final Set<String> WEIGHTED =
      Set.of("BatchNormalization", "Conv", "ConvTranspose", "Gemm", "MatMul");

  /** Operators without weights that are linear in one input if all other inputs are constants. */
  private static final Set<String> PLAIN =
      Set.of("Add", "Cast", "Dropout", "Identity", "Mul", "Sub");

  private static final Set<String> SUMS = Set.of("Add", "Mean", "Sub", "Sum");

  /** The search ignores longer branches. A block in training form has fewer than ten operators. */
  private static final int MAX_STEPS = 64;

  /** Finds all branches in a scope, in the order of their start. */
  static List<Branches> in(Scope scope) {
    var search = new Search(scope);
    scope.nodes().forEach(search::follow);
    return List.copyOf(search.found.values());
  }

  /**
   * A linear operator that computes a value from another value.
   *
   * @param parent the value it is computed from; null if it is not computed by a linear operator
   * @param depth number of linear operators since the root
   * @param weighted how many of these operators have weights
   */
  private record Step(@Nullable String parent, int depth, int weighted) {
    static final Step ROOT = new Step(null, 0, 0);
  }

  private static final class Search {
    private final Scope scope;
    private final Map<String, Step> steps = new HashMap<>();
    private final Map<String, Branches> found = new LinkedHashMap<>();

    Search(Scope scope) {
      this.scope = scope;
    }

    void follow(NodeProto node) {
      List<String> data = scope.data(node);
      String operator = node.getOpType();
      if (node.getOutputCount() == 0 || data.isEmpty()) {
        return;
      }
      boolean weighted = WEIGHTED.contains(operator);
      if (data.size() == 1) {
        if (weighted || PLAIN.contains(operator)) {
          step(node.getOutput(0), data.get(0), weighted);
        }
      } else if (SUMS.contains(operator)) {
        add(node, data);
      }
    }

    private void step(String value, String parent, boolean weighted) {
      Step from = at(parent);
      steps.put(value, new Step(parent, from.depth() + 1, from.weighted() + (weighted ? 1 : 0)));
    }

    private void add(NodeProto node, List<String> summands) {
      String common = summands.get(0);
      for (String summand : summands) {
        common = common == null ? null : common(common, summand);
      }
      if (common == null) {
        return;
      }
      int floor = at(common).weighted();
      boolean weighted = summands.stream().anyMatch(s -> at(s).weighted() > floor);
      if (weighted) {
        found.put(common, new Branches(common, Scope.name(node)));
      }
      step(node.getOutput(0), common, weighted);
    }

    /**
     * Returns the nearest value from which both are computed linearly, or null if there is none.
     */
    private @Nullable String common(String a, String b) {
      String x = a;
      String y = b;
      for (int i = 0; i < 2 * MAX_STEPS && x != null && y != null; i++) {
        if (x.equals(y)) {
          return x;
        }
        if (at(x).depth() >= at(y).depth()) {
          x = at(x).parent();
        } else {
          y = at(y).parent();
        }
      }
      return null;
    }

    private Step at(String value) {
      return steps.getOrDefault(value, Step.ROOT);
    }
  }
}
