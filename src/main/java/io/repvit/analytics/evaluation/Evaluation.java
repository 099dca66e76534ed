package io.repvit.analytics.evaluation;

import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.try_element_at;

import io.repvit.UserException;
import io.repvit.analytics.Analysis;
import io.repvit.analytics.Labels;
import io.repvit.analytics.evaluation.EvaluationSummary.Intervals;
import io.repvit.analytics.evaluation.EvaluationSummary.PerClass;
import io.repvit.report.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Compares predictions with true labels.
 *
 * <pre>{@code
 * Dataset<Row> predictions = Predictions.read(spark, "s3a://lake/tables", null);
 * var evaluation = new Evaluation(predictions, Labels.ofFolders());
 * var summary = ResultFolder.create(spark, "s3a://lake/evaluation", false).write(evaluation);
 * }</pre>
 */
public final class Evaluation implements Analysis<EvaluationSummary> {
  private final Dataset<Row> predictions;
  private final Labels labels;
  private final Options options;

  /**
   * What is computed.
   *
   * @param bins number of bins of the calibration, at least 1
   * @param temperature whether a temperature is fitted
   * @param other predictions of another model for the same images; null for none
   * @param subject what the page names as its subject, such as the places of the predictions
   */
  public record Options(
      int bins, boolean temperature, @Nullable Dataset<Row> other, String subject) {
    /** No temperature, no other predictions. */
    public static final Options DEFAULT = new Options(Calibration.BINS, false, null, "");

    private static final int MOST_BINS = 1000;

    public Options {
      if (bins < 1 || bins > MOST_BINS) {
        throw new IllegalArgumentException("bins is " + bins + ", expected 1 to " + MOST_BINS);
      }
    }
  }

  /** Evaluates with {@link Options#DEFAULT}. */
  public Evaluation(Dataset<Row> predictions, Labels labels) {
    this(predictions, labels, Options.DEFAULT);
  }

  /**
   * Evaluates predictions.
   *
   * @param predictions rows of {@link io.repvit.table.PredictionTable}
   * @param labels the true labels
   */
  public Evaluation(Dataset<Row> predictions, Labels labels, Options options) {
    this.predictions = predictions;
    this.labels = labels;
    this.options = options;
  }

  /**
   * One row per prediction: path, truth, label, score, right, rank (the place of the true label in
   * top_k, from 1), truth_score (its probability), k (size of top_k). All but path, label, score
   * and k are null without a true label; rank and truth_score also if the true label is not in
   * top_k. With other predictions also those of {@link ModelComparison}.
   */
  @Override
  public Dataset<Row> rows() throws UserException {
    Dataset<Row> rows =
        labels
            .addTo(predictions)
            .withColumn("right", col("label").equalTo(col(Labels.COLUMN)))
            .withColumn("rank", rank())
            .withColumn("truth_score", try_element_at(col("top_k"), col("rank")).getField("score"))
            .withColumn("k", size(col("top_k")));
    var columns =
        new ArrayList<>(
            List.of("path", Labels.COLUMN, "label", "score", "right", "rank", "truth_score", "k"));
    if (options.other() != null) {
      rows = ModelComparison.join(rows, options.other());
      columns.addAll(ModelComparison.COLUMNS);
    }
    return rows.selectExpr(columns.toArray(String[]::new));
  }

  /** The place of the true label in top_k, from 1; null if it is not there. */
  static Column rank() {
    return nullif(
        array_position(col("top_k").getField("label"), col(Labels.COLUMN)).cast("int"), lit(0));
  }

  @Override
  public EvaluationSummary summary(Dataset<Row> written) throws UserException {
    Dataset<Row> labelled = written.where(col(Labels.COLUMN).isNotNull());
    long all = written.count();
    var counts = ClassCounts.of(labelled);
    long images = counts.images();
    if (images == 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "none of the %d predictions has a true label; compare the paths in --predictions and"
                  + " --truth, or check --truth-column",
              all));
    }
    long[] ranks = ranks(labelled, counts);
    double[] accuracies = accuracies(ranks);
    var statistics = new ClassStatistics(counts);
    List<PerClass> classes = statistics.perClass();
    Calibration.Counts scores = Calibration.counts(labelled, options.bins());
    return new EvaluationSummary(
        images,
        all - images,
        accuracies[0],
        accuracies[accuracies.length - 1],
        accuracies.length,
        Arrays.stream(accuracies).boxed().toList(),
        classes,
        ClassStatistics.averages(classes, false),
        ClassStatistics.averages(classes, true),
        counts.cells(),
        counts.leftOut(),
        scores.calibration(),
        new Intervals(
            PoissonBootstrap.RESAMPLES,
            PoissonBootstrap.SEED,
            Interval.LEVEL,
            statistics.top1(),
            inTopK(ranks),
            statistics.macroF1(),
            statistics.weightedF1(),
            scores.interval()),
        options.temperature() ? TemperatureFit.of(labels.addTo(predictions), options.bins()) : null,
        options.other() == null ? null : ModelComparison.of(written, options.other().count()));
  }

  @Override
  public String text(EvaluationSummary summary) {
    return EvaluationText.of(summary);
  }

  @Override
  public Page page(Dataset<Row> written, EvaluationSummary summary) throws IOException {
    return EvaluationPage.of(options.subject(), written, summary);
  }

  /** Number of images by rank of the true label, and without a rank as the last one. */
  private static long[] ranks(Dataset<Row> labelled, ClassCounts counts) throws UserException {
    List<Row> rows =
        labelled.groupBy("rank").agg(count(lit(1)), max("k")).orderBy("rank").collectAsList();
    int k = rows.stream().mapToInt(r -> r.getInt(2)).max().orElse(0);
    var ranks = new long[Math.max(k, 1) + 1];
    for (Row row : rows) {
      ranks[row.isNullAt(0) ? ranks.length - 1 : row.getInt(0) - 1] += row.getLong(1);
    }
    if (ranks[ranks.length - 1] == counts.images()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "none of the true labels is among the predicted labels: true labels are %s, predicted"
                  + " labels are %s; compare how --truth and the model name the classes",
              shown(counts.classes().stream().map(ClassCounts.OfClass::label).toList()),
              shown(counts.predicted().keySet().stream().sorted().toList())));
    }
    return ranks;
  }

  private static String shown(List<String> labels) {
    int most = 20;
    return labels.size() <= most
        ? labels.toString()
        : labels.subList(0, most) + " and " + (labels.size() - most) + " more";
  }

  /** Share of images whose n best classes contain the true label, for n = 1 to k. */
  private static double[] accuracies(long[] ranks) {
    long images = Arrays.stream(ranks).sum();
    var accuracies = new double[ranks.length - 1];
    long within = 0;
    for (int i = 0; i < accuracies.length; i++) {
      within += ranks[i];
      accuracies[i] = (double) within / images;
    }
    return accuracies;
  }

  private static Interval inTopK(long[] ranks) {
    long beyond = ranks[ranks.length - 1];
    long within = Arrays.stream(ranks).sum() - beyond;
    return PoissonBootstrap.interval(
        new long[] {within, beyond}, n -> (double) n[0] / (n[0] + n[1]));
  }
}
