package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parallel branches that are one linear map together, and so could be one convolution or matrix:
 * they begin at one value, have only linear operators, one of them with weights, and are added up.
 * The value itself may be one of them. Forks with an activation in every way but the identity, or
 * that are concatenated or multiplied, as in residual, inception, attention and squeeze-excite
 * blocks, are part of the network.
 *
 * @param from the value they begin at
 * @param meet the node that adds the last of them
 */
public record Branches(String from, String meet) {
  static final Set<String> WEIGHTED =
      Set.of("BatchNormalization", "Conv", "ConvTranspose", "Gemm", "MatMul");

  /** Linear in one computed input, if all others are constants. */
  private static final Set<String> PLAIN =
      Set.of("Add", "Cast", "Dropout", "Identity", "Mul", "Sub");

  private static final Set<String> SUMS = Set.of("Add", "Mean", "Sub", "Sum");

  /** A branch of more operators is not looked for; a trained block has less than ten. */
  private static final int MAX_STEPS = 64;

  /** All of a scope, in the order in which they begin. */
  static List<Branches> in(Scope scope) {
    var search = new Search(scope);
    scope.nodes().forEach(search::follow);
    return List.copyOf(search.found.values());
  }

  /**
   * How a value comes linearly from another.
   *
   * @param parent of which it is a linear function; null at the root
   * @param depth steps from the root
   * @param weighted how many of them have weights
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

    /** The nearest value of which both are linear functions. */
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
