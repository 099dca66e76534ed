package io.repvit.analytics.probe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.repvit.analytics.Labels;
import io.repvit.analytics.evaluation.EvaluationSummary.Confusion;
import io.repvit.analytics.probe.ProbeSummary.Accuracy;
import io.repvit.analytics.probe.ProbeSummary.PerClass;
import io.repvit.analytics.probe.ProbeSummary.Regularisation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Summarises the rows of a {@link Probe}. */
final class ProbeResults {
  private static final int MOST_PAIRS = 1_000;

  static final Column RIGHT = col(Labels.COLUMN).equalTo(col("predicted"));

  private ProbeResults() {}

  static ProbeSummary summary(
      Dataset<Row> written,
      String place,
      ProbeOptions options,
      @Nullable String modelSha256,
      ProbeTraining training,
      ProbeSummary.@Nullable Model model) {
    LabelledEmbeddings images = training.images();
    Map<String, Accuracy> accuracy = accuracy(written);
    Dataset<Row> evaluated = written.where(col("set").equalTo(evaluated(accuracy)));
    CrossValidation validation = training.validation();
    long trainingImages = training.training().stream().mapToLong(Long::longValue).sum();
    return new ProbeSummary(
        place,
        modelSha256,
        accuracy.values().stream().mapToLong(Accuracy::images).sum(),
        images.withoutLabel(),
        images.withoutEmbedding(),
        images.leftOut(),
        training.testWithoutClass(),
        trainingImages,
        options.balanced() ? "balanced" : "none",
        options.folds(),
        (int) training.training().stream().filter(n -> n < options.folds()).count(),
        options.seed(),
        validation.chosen(),
        Objects.requireNonNull(accuracy.get(Probe.TRAIN)),
        accuracy.get(Probe.TEST),
        validation.scores().stream()
            .map(
                s ->
                    new Regularisation(
                        s.regularisation(),
                        s.accuracy(),
                        s.accuracyLeast(),
                        s.accuracyMost(),
                        s.logLoss()))
            .toList(),
        training.curve(),
        perClass(evaluated, images.classes(), training.training()),
        confusion(evaluated),
        model);
  }

  /** The set that classes and confusions are about: the test images, or without them all. */
  private static String evaluated(Map<String, Accuracy> accuracy) {
    return accuracy.containsKey(Probe.TEST) ? Probe.TEST : Probe.TRAIN;
  }

  private static Map<String, Accuracy> accuracy(Dataset<Row> written) {
    var accuracy = new HashMap<String, Accuracy>();
    for (Row row :
        written.groupBy("set").agg(count(lit(1)), sum(RIGHT.cast("long"))).collectAsList()) {
      accuracy.put(row.getString(0), Accuracy.of(row.getLong(1), row.getLong(2)));
    }
    return accuracy;
  }

  private static List<PerClass> perClass(
      Dataset<Row> rows, List<String> classes, List<Long> training) {
    Map<String, long[]> truths = counts(rows, Labels.COLUMN);
    Map<String, long[]> predicted = counts(rows, "predicted");
    var result = new ArrayList<PerClass>();
    for (int i = 0; i < classes.size(); i++) {
      long[] truth = truths.getOrDefault(classes.get(i), new long[2]);
      result.add(
          new PerClass(
              classes.get(i),
              training.get(i),
              truth[0],
              share(truth),
              share(predicted.getOrDefault(classes.get(i), new long[2]))));
    }
    return List.copyOf(result);
  }

  private static @Nullable Double share(long[] counts) {
    return counts[0] == 0 ? null : (double) counts[1] / counts[0];
  }

  /** By label: number of rows, and of right ones. */
  private static Map<String, long[]> counts(Dataset<Row> rows, String column) {
    var counts = new HashMap<String, long[]>();
    for (Row row :
        rows.groupBy(column).agg(count(lit(1)), sum(RIGHT.cast("long"))).collectAsList()) {
      counts.put(row.getString(0), new long[] {row.getLong(1), row.getLong(2)});
    }
    return counts;
  }

  private static List<Confusion> confusion(Dataset<Row> rows) {
    return rows
        .groupBy(Labels.COLUMN, "predicted")
        .agg(count(lit(1)).as("images"))
        .orderBy(col("images").desc(), col(Labels.COLUMN), col("predicted"))
        .limit(MOST_PAIRS)
        .collectAsList()
        .stream()
        .map(row -> new Confusion(row.getString(0), row.getString(1), row.getLong(2)))
        .toList();
  }
}
