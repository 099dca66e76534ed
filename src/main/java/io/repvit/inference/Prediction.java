package io.repvit.inference;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The classes of one image, best first.
 *
 * @param top the {@code k} best classes by falling logit, ties by rising index; never empty
 */
public record Prediction(List<Score> top) {

  /**
   * A class and its probability.
   *
   * @param label name on the model card
   * @param index logit index
   * @param score softmax probability, 0 to 1
   */
  public record Score(String label, int index, float score) {}

  public Prediction {
    top = List.copyOf(top);
    if (top.isEmpty()) {
      throw new IllegalArgumentException("a prediction has at least one class");
    }
  }

  /** The best class. */
  public Score best() {
    return top.get(0);
  }

  /**
   * Reads logits: softmax in double, {@code exp(x_i - max) / sum_j exp(x_j - max)}.
   *
   * @param logits float32 {@code [classes]}
   * @param labels names by logit index
   * @param k how many classes to keep, at least 1; fewer when the model has fewer
   * @throws ModelException when a logit is not finite
   */
  public static Prediction of(FloatBuffer logits, List<String> labels, int k)
      throws ModelException {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + ", must be at least 1");
    }
    float[] x = new float[logits.remaining()];
    logits.get(logits.position(), x);
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < x.length; i++) {
      if (!Float.isFinite(x[i])) {
        throw new ModelException("logit " + i + " is " + x[i] + ", expected a finite number");
      }
      max = Math.max(max, x[i]);
    }
    double sum = 0;
    for (float v : x) {
      sum += Math.exp(v - max);
    }
    int[] best = best(x, Math.min(k, x.length));
    var top = new ArrayList<Score>(best.length);
    for (int i : best) {
      top.add(new Score(labels.get(i), i, (float) (Math.exp(x[i] - max) / sum)));
    }
    return new Prediction(top);
  }

  /** Indices of the {@code k} largest values by insertion into a short sorted list. */
  private static int[] best(float[] values, int k) {
    int[] best = new int[k];
    int kept = 0;
    for (int i = 0; i < values.length; i++) {
      float x = values[i];
      if (kept == k && x <= values[best[k - 1]]) {
        continue;
      }
      int at = kept < k ? kept++ : k - 1;
      while (at > 0 && values[best[at - 1]] < x) {
        best[at] = best[at - 1];
        at--;
      }
      best[at] = i;
    }
    return best;
  }
}
