package io.repvit.spark4;

import org.jspecify.annotations.Nullable;

/**
 * The functions of two vectors that Spark has from 4.2, for Spark 4.1. They add floats in the order
 * in which Spark 4.2.0 does, in groups of eight, so that the results are equal.
 */
enum VectorFunction {
  VECTOR_COSINE_SIMILARITY("the cosine similarity of two vectors", "0.96") {
    @Override
    @Nullable Float of(float[] a, float[] b) {
      float norms = (float) Math.sqrt(product(a, a) * product(b, b));
      return norms == 0 ? null : Float.valueOf(product(a, b) / norms);
    }
  },
  VECTOR_INNER_PRODUCT("the inner product of two vectors", "24.0") {
    @Override
    Float of(float[] a, float[] b) {
      return product(a, b);
    }
  },
  VECTOR_L2_DISTANCE("the Euclidean distance of two vectors", "1.4142135") {
    @Override
    Float of(float[] a, float[] b) {
      float[] difference = new float[a.length];
      for (int i = 0; i < a.length; i++) {
        difference[i] = a[i] - b[i];
      }
      return (float) Math.sqrt(product(difference, difference));
    }
  };

  private static final int GROUP = 8;

  private final String result;
  private final String example;

  VectorFunction(String result, String example) {
    this.result = result;
    this.example = example;
  }

  /** The result of two vectors of one length; null for the cosine of a vector of length 0. */
  abstract @Nullable Float of(float[] a, float[] b);

  /** What the result is, for the documentation. */
  String result() {
    return result;
  }

  /** The result of (3, 4) and (4, 3). */
  String example() {
    return example;
  }

  private static float product(float[] a, float[] b) {
    int groups = a.length / GROUP * GROUP;
    float sum = 0;
    for (int i = 0; i < groups; i += GROUP) {
      float part = a[i] * b[i];
      for (int j = i + 1; j < i + GROUP; j++) {
        part += a[j] * b[j];
      }
      sum += part;
    }
    for (int i = groups; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
