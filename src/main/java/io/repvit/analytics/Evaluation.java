package io.repvit.analytics;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
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
 * Accuracy of predictions.
 *
 * @param images number of predictions with a known true label
 * @param withoutTruth number of predictions without a true label; they are not evaluated
 * @param top1 share of images whose best class is the true label
 * @param topK share of images whose {@code k} best classes contain the true label
 * @param k classes kept per prediction
 * @param classes one entry per true label, sorted by label
 * @param confusion the confusion matrix without its zeros, sorted by true and predicted label
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
   * Accuracy for one true label.
   *
   * @param images number of images with this true label
   * @param recall share of these images that have this predicted label
   * @param precision share of the predictions of this label that are right; NaN without predictions
   */
  public record PerClass(String label, long images, double recall, double precision) {}

  /** Number of images with one true label and one predicted label. */
  public record Confusion(String truth, String predicted, long images) {}

  /**
   * Compares predictions with true labels.
   *
   * @param predictions rows of {@link io.repvit.table.PredictionTable}
   * @param labels the true labels
   * @throws UserException when no path matches, or no true label is among the predicted labels
   */
  public static Evaluation of(Dataset<Row> predictions, Labels labels) throws UserException {
    Dataset<Row> joined = labels.addTo(predictions).where(col(Labels.COLUMN).isNotNull());
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
              Locale.ROOT,
              "none of the %d predictions has a true label; compare the paths in --predictions and"
                  + " --truth",
              all));
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
              "none of the true labels is among the predicted labels: true labels are %s, predicted"
                  + " labels are %s; compare how --truth and the model name the classes",
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
