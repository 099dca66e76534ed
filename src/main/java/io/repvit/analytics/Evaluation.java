package io.repvit.analytics;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;

import io.repvit.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How often predictions are right.
 *
 * @param images predictions with a known truth
 * @param withoutTruth predictions that were left out because the truth names no label for them
 * @param top1 share whose best class is the truth
 * @param topK share whose {@code k} best classes hold the truth
 * @param k classes kept per prediction
 * @param classes per true label, by name
 * @param confusion number of images by truth and prediction, right ones included, by name
 */
public record Evaluation(
    long images,
    long withoutTruth,
    double top1,
    double topK,
    int k,
    List<PerClass> classes,
    List<Confusion> confusion) {

  /**
   * One class.
   *
   * @param images with this truth
   * @param recall share of them that was predicted so
   * @param precision share of the predictions of this label that is true; NaN when there are none
   */
  public record PerClass(String label, long images, double recall, double precision) {}

  /** Images of one truth that got one prediction. */
  public record Confusion(String truth, String predicted, long images) {}

  /** The truth of images that stand in folders named after their class. */
  public static Dataset<Row> truthFromFolders(Dataset<Row> predictions) {
    return predictions.select(
        col("path"), regexp_extract(col("path"), "([^/]+)/[^/]+$", 1).as("truth"));
  }

  /**
   * Compares.
   *
   * @param predictions rows of {@link io.repvit.table.PredictionTable}
   * @param truth columns {@code path} and {@code truth}, a row per path
   * @throws UserException when no truth matches, or none is a label the model ever names
   */
  public static Evaluation of(Dataset<Row> predictions, Dataset<Row> truth) throws UserException {
    Dataset<Row> joined =
        predictions
            .select(col("path"), col("label"), col("top_k"))
            .join(truth.select("path", "truth"), "path");
    List<Row> cells =
        joined
            .groupBy("truth", "label")
            .agg(
                count(lit(1)),
                sum(array_contains(col("top_k").getField("label"), col("truth")).cast("long")),
                coalesce(max(size(col("top_k"))), lit(0)))
            .orderBy("truth", "label")
            .collectAsList();
    long all = predictions.count();
    if (cells.isEmpty()) {
      throw new UserException(
          String.format(
              Locale.ROOT, "none of the %d predictions has a truth; do the paths agree?", all));
    }
    var confusion = new ArrayList<Confusion>();
    var trueImages = new TreeMap<String, Long>();
    var predictedImages = new TreeMap<String, Long>();
    var right = new TreeMap<String, Long>();
    long inTopK = 0;
    int k = 0;
    for (Row cell : cells) {
      String t = cell.getString(0);
      String label = cell.getString(1);
      long n = cell.getLong(2);
      confusion.add(new Confusion(t, label, n));
      trueImages.merge(t, n, Long::sum);
      predictedImages.merge(label, n, Long::sum);
      if (t.equals(label)) {
        right.merge(t, n, Long::sum);
      }
      inTopK += cell.getLong(3);
      k = Math.max(k, cell.getInt(4));
    }
    if (inTopK == 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "no truth is among the labels the model gave: truths are %s, labels %s",
              trueImages.keySet(),
              predictedImages.keySet()));
    }
    long images = total(trueImages);
    return new Evaluation(
        images,
        all - images,
        (double) total(right) / images,
        (double) inTopK / images,
        k,
        perClass(trueImages, predictedImages, right),
        List.copyOf(confusion));
  }

  private static List<PerClass> perClass(
      Map<String, Long> truths, Map<String, Long> predictions, Map<String, Long> right) {
    return truths.entrySet().stream()
        .map(
            e -> {
              double hits = right.getOrDefault(e.getKey(), 0L);
              return new PerClass(
                  e.getKey(),
                  e.getValue(),
                  hits / e.getValue(),
                  hits / predictions.getOrDefault(e.getKey(), 0L));
            })
        .toList();
  }

  private static long total(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
