package io.repvit.image;

import io.repvit.image.Preprocessing.Interpolation;
import java.util.LinkedHashMap;
import java.util.Map;

/** The weights for resizing whole axes with one filter, kept for sizes that recur. */
final class KeptWeights {
  private static final int KEPT = 64;

  /** Weights of longer axes are not kept, so that the kept ones take less than 7 MiB. */
  private static final int LONGEST = 4096;

  private final Interpolation filter;
  private final Map<Axis, AxisWeights> kept = new LinkedHashMap<>(16, 0.75f, true);

  private record Axis(int source, int target) {}

  KeptWeights(Interpolation filter) {
    this.filter = filter;
  }

  AxisWeights of(int source, int target) {
    Axis axis = new Axis(source, target);
    AxisWeights weights = kept.get(axis);
    if (weights == null) {
      weights = AxisWeights.of(filter, source, target, 0, target);
      if (source <= LONGEST) {
        if (kept.size() >= KEPT) {
          kept.remove(kept.keySet().iterator().next());
        }
        kept.put(axis, weights);
      }
    }
    return weights;
  }
}
