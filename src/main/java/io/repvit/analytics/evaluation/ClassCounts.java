package io.repvit.analytics.evaluation;

import static java.util.stream.Collectors.toMap;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.evaluation.EvaluationSummary.Confusion;
import io.repvit.analytics.evaluation.EvaluationSummary.LeftOut;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Counts of images by true and predicted label: the margins of the confusion matrix, and its
 * largest cells.
 *
 * @param classes one entry per true label, sorted by label
 * @param predicted number of images by predicted label
 * @param cells the largest cells, sorted by true and predicted label
 * @param leftOut the other cells
 */
record ClassCounts(
    List<OfClass> classes, Map<String, Long> predicted, List<Confusion> cells, LeftOut leftOut) {
  private static final int MOST_LABELS = 100_000;

  /**
   * The images of one true label.
   *
   * @param right number of images that have this predicted label
   */
  record OfClass(String label, long images, long right) {}

  /** Counts the rows of {@link Evaluation} that have a true label. */
  static ClassCounts of(Dataset<Row> labelled) throws UserException {
    Column images = count(lit(1));
    List<OfClass> classes =
        bounded("true", labelled.groupBy(Labels.COLUMN).agg(images, count_if(col("right"))))
            .map(r -> new OfClass(r.getString(0), r.getLong(1), r.getLong(2)))
            .sorted(Comparator.comparing(OfClass::label))
            .toList();
    Map<String, Long> predicted =
        bounded("predicted", labelled.groupBy("label").agg(images))
            .collect(toMap(r -> r.getString(0), r -> r.getLong(1)));
    Dataset<Row> matrix = labelled.groupBy(Labels.COLUMN, "label").agg(images.as("images"));
    List<Confusion> cells =
        matrix
            .orderBy(col("images").desc(), col(Labels.COLUMN), col("label"))
            .limit(EvaluationSummary.MOST_CELLS)
            .collectAsList()
            .stream()
            .map(r -> new Confusion(r.getString(0), r.getString(1), r.getLong(2)))
            .sorted(Comparator.comparing(Confusion::truth).thenComparing(Confusion::predicted))
            .toList();
    LeftOut leftOut = new LeftOut(0, 0);
    if (cells.size() == EvaluationSummary.MOST_CELLS) {
      Row all = matrix.agg(images, sum("images")).first();
      long inCells = cells.stream().mapToLong(Confusion::images).sum();
      leftOut = new LeftOut(all.getLong(0) - cells.size(), all.getLong(1) - inCells);
    }
    return new ClassCounts(classes, predicted, cells, leftOut);
  }

  private static Stream<Row> bounded(String kind, Dataset<Row> byLabel) throws UserException {
    List<Row> rows = byLabel.limit(MOST_LABELS + 1).collectAsList();
    if (rows.size() > MOST_LABELS) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "there are more than %d different %s labels; check --truth and --truth-column",
              MOST_LABELS,
              kind));
    }
    return rows.stream();
  }

  long images() {
    return classes.stream().mapToLong(OfClass::images).sum();
  }
}
