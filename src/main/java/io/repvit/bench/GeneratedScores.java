package io.repvit.bench;

import static org.apache.spark.sql.functions.expr;

import java.util.Locale;
import org.apache.spark.sql.Column;

/** Scores of predictions that no model has made. */
final class GeneratedScores {
  private GeneratedScores() {}

  /**
   * The column {@code top_k}: the label of {@code label_index} with the score {@code best}, and the
   * next labels, which have equal shares of the rest.
   *
   * @param k number of labels with a score
   * @param classes number of all labels
   */
  static Column topK(int k, int classes) {
    return expr(
        String.format(
            Locale.ROOT,
            "transform(sequence(0, %d), i -> named_struct("
                + "'label', concat('class-', pmod(label_index + i, %d)),"
                + "'label_index', pmod(label_index + i, %2$d),"
                + "'score', cast(if(i = 0, best, (1 - best) / %d) as float)))",
            k - 1,
            classes,
            Math.max(1, classes - 1)));
  }
}
