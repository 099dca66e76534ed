package io.repvit.predict;

import java.util.Locale;

/**
 * A second model for the images about which the first model of a run is not certain.
 *
 * @param then the second model; its labels equal those of the first
 * @param below limit: the second model classifies the images whose score by the first is less;
 *     greater than 0; above 1 it classifies all
 */
public record Cascade(ModelReference then, double below) {
  public Cascade {
    requireLimit(below);
  }

  static void requireLimit(double below) {
    if (!(below > 0 && below < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "below is %s, expected a number greater than 0, such as 0.8", below));
    }
  }
}
