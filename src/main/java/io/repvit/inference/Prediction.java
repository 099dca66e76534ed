package io.repvit.inference;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The top classes of one image with their probabilities.
 *
 * @param top the best {@code k} classes, by descending logit and then ascending index; not empty
 */
public record Prediction(List<Score> top) {

  /**
   * One class and its probability.
   *
   * @param label class name from the model card
   * @param index logit index
   * @param score softmax probability, 0 to 1
   */
  public record Score(String label, int index, float score) {}

  public Prediction {
    top = List.copyOf(top);
    if (top.isEmpty()) {
      throw new IllegalArgumentException("a prediction has no classes, expected at least one");
    }
  }

  /** Returns the class with the largest logit. */
  public Score best() {
    return top.get(0);
  }

  /**
   * Computes the top classes from logits with the labels and the temperature T of a model. The
   * score is the softmax {@code exp((x_i - max) / T) / sum_j exp((x_j - max) / T)}, computed in
   * double.
   *
   * @param logits float32 {@code [classes]}
   * @param k number of classes to keep, at least 1; a model with fewer classes gives fewer
   * @throws ModelException if a logit is not finite
   */
  public static Prediction of(FloatBuffer logits, ModelCard card, int k) throws ModelException {
    return of(logits, card.labels(), card.temperature(), k);
  }

  /**
   * As {@link #of(FloatBuffer, ModelCard, int)}, for a model whose temperature is 1.
   *
   * @param labels class names by logit index
   */
  public static Prediction of(FloatBuffer logits, List<String> labels, int k)
      throws ModelException {
    return of(logits, labels, 1, k);
  }

  private static Prediction of(FloatBuffer logits, List<String> labels, double temperature, int k)
      throws ModelException {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + ", expected at least 1");
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
      sum += Math.exp((v - max) / temperature);
    }
    int[] best = best(x, Math.min(k, x.length));
    var top = new ArrayList<Score>(best.length);
    for (int i : best) {
      top.add(new Score(labels.get(i), i, (float) (Math.exp((x[i] - max) / temperature) / sum)));
    }
    return new Prediction(top);
  }

  /** Returns the indices of the {@code k} largest values, by insertion into a sorted array. */
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
