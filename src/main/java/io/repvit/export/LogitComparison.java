package io.repvit.export;

import io.repvit.inference.Precision.Loss;
import java.nio.FloatBuffer;
import java.util.Locale;

/** Compares the logits of two models over a set of images. */
final class LogitComparison {
  private int images;
  private int agreeing;
  private long values;
  private double largest;
  private double sum;
  private double scale;

  /**
   * Adds the logits of an image.
   *
   * @throws ExportException if a logit is not finite
   */
  void add(FloatBuffer found, FloatBuffer expected) {
    int n = expected.remaining();
    for (int i = 0; i < n; i++) {
      double difference = Math.abs((double) found.get(i) - expected.get(i));
      if (!Double.isFinite(difference)) {
        throw new ExportException(
            String.format(
                Locale.ROOT,
                "logit %d is %s in int8 and %s in float32, expected finite values; nothing was written",
                i,
                found.get(i),
                expected.get(i)));
      }
      largest = Math.max(largest, difference);
      sum += difference;
      scale = Math.max(scale, Math.abs(expected.get(i)));
    }
    values += n;
    images++;
    agreeing += best(found) == best(expected) ? 1 : 0;
  }

  private static int best(FloatBuffer logits) {
    int best = 0;
    for (int i = 1; i < logits.remaining(); i++) {
      best = logits.get(i) > logits.get(best) ? i : best;
    }
    return best;
  }

  /** Returns the differences over all images. At least one image must have been added. */
  Loss loss() {
    double over = scale == 0 ? 1 : scale;
    return new Loss(images, largest / over, sum / values / over, (double) agreeing / images);
  }
}
