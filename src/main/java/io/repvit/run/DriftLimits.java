package io.repvit.run;

import org.jspecify.annotations.Nullable;

/**
 * Limits of the drift gate. A measure whose limit is null is not checked.
 *
 * @param label total variation distance of the label mixes: half the sum over labels of the
 *     differences of their shares, 0 to 1
 * @param score difference of the mean scores, 0 to 1
 * @param embedding distance of the mean embeddings, relative to the length of the earlier one
 * @param minImages runs with fewer predicted images are not compared
 */
public record DriftLimits(
    @Nullable Double label, @Nullable Double score, @Nullable Double embedding, long minImages) {
  /** No run is refused. */
  public static final DriftLimits NONE = new DriftLimits(null, null, null, 100);

  public DriftLimits {
    require("gate-label-drift", label, 1);
    require("gate-score-drift", score, 1);
    require("gate-embedding-drift", embedding, Double.MAX_VALUE);
    if (minImages < 1) {
      throw new IllegalArgumentException(
          "gate-min-images is " + minImages + ", expected at least 1");
    }
  }

  private static void require(String key, @Nullable Double limit, double most) {
    if (limit != null && !(limit >= 0 && limit <= most)) {
      throw new IllegalArgumentException(
          key + " is " + limit + (most == 1 ? ", expected 0 to 1" : ", expected at least 0"));
    }
  }

  boolean areSet() {
    return label != null || score != null || embedding != null;
  }
}
