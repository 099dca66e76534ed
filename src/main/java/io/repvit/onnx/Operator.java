package io.repvit.onnx;

import java.util.Locale;
import java.util.Set;

/**
 * The ONNX operators that {@link GraphBuilder} supports, with their numbers of inputs and their
 * attributes.
 *
 * <p>Source: <a href="https://onnx.ai/onnx/operators/">ONNX operators</a>, opset {@link
 * GraphBuilder#OPSET}.
 */
public enum Operator {
  ADD("Add", 2, 2),
  BATCH_NORMALIZATION("BatchNormalization", 5, 5, "epsilon"),
  CONV("Conv", 2, 3, "dilations", "group", "kernel_shape", "pads", "strides"),
  FLATTEN("Flatten", 1, 1, "axis"),
  GELU("Gelu", 1, 1, "approximate"),
  GEMM("Gemm", 2, 3, "alpha", "beta", "transA", "transB"),
  GLOBAL_AVERAGE_POOL("GlobalAveragePool", 1, 1),
  MEAN("Mean", 1, Integer.MAX_VALUE),
  MUL("Mul", 2, 2),
  RELU("Relu", 1, 1),
  SIGMOID("Sigmoid", 1, 1);

  private final String type;
  private final int minInputs;
  private final int maxInputs;
  private final Set<String> attributes;

  Operator(String type, int minInputs, int maxInputs, String... attributes) {
    this.type = type;
    this.minInputs = minInputs;
    this.maxInputs = maxInputs;
    this.attributes = Set.of(attributes);
  }

  /** Returns the {@code op_type} in ONNX. */
  public String type() {
    return type;
  }

  /**
   * @throws IllegalArgumentException if the operator does not accept the inputs or attributes
   */
  void check(String node, int inputs, Iterable<Attribute> given) {
    if (inputs < minInputs || inputs > maxInputs) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "node '%s': %s accepts %d to %d inputs, found %d",
              node,
              type,
              minInputs,
              maxInputs,
              inputs));
    }
    for (Attribute a : given) {
      if (!attributes.contains(a.name())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "node '%s': %s has no attribute '%s', expected one of %s",
                node,
                type,
                a.name(),
                attributes.stream().sorted().toList()));
      }
    }
  }
}
