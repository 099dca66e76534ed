package io.repvit.cli;

import static org.apache.spark.sql.functions.col;

import io.repvit.UserException;
import io.repvit.analytics.Predictions;
import io.repvit.analytics.ResultFolder;
import io.repvit.analytics.Summaries;
import io.repvit.analytics.evaluation.Evaluation;
import io.repvit.analytics.evaluation.EvaluationSummary;
import io.repvit.analytics.evaluation.EvaluationSummary.Temperature;
import io.repvit.export.Calibrator;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelFile;
import io.repvit.predict.ModelLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares predictions with true labels. */
@Command(
    name = "evaluate",
    description =
        "Compares predictions with true labels: top-1 to top-k, per-class recall, precision and F1,"
            + " confusion matrix, calibration; and with another model's predictions.",
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class EvaluateCommand extends AnalysisCommand {
  @Mixin final EvaluateFlags flags = new EvaluateFlags();

  @Override
  List<String> required() {
    return List.of("predictions");
  }

  @Override
  Evaluation analysis(SparkSession spark, Settings settings) throws UserException, IOException {
    return evaluation(spark, settings, predictions(spark, settings));
  }

  private static Dataset<Row> predictions(SparkSession spark, Settings settings)
      throws UserException, IOException {
    return read(spark, settings.text("predictions"), settings.optionalText("model-sha256"));
  }

  private static Dataset<Row> read(SparkSession spark, String place, @Nullable String model)
      throws UserException, IOException {
    return Predictions.read(spark, place, model, "path", "label", "score", "top_k");
  }

  private static Evaluation evaluation(
      SparkSession spark, Settings settings, Dataset<Row> predictions)
      throws UserException, IOException {
    String subject = settings.text("predictions");
    String compare = settings.optionalText("compare");
    Dataset<Row> other = null;
    if (compare != null) {
      other = read(spark, compare, settings.optionalText("compare-sha256"));
      subject += " compared with " + compare;
    }
    Evaluation.Options options;
    try {
      options =
          new Evaluation.Options(
              settings.integer("bins"), settings.flag("temperature"), other, subject);
    } catch (IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
    String truth = settings.optionalText("truth");
    String column = settings.optionalText("truth-column");
    return new Evaluation(predictions, TruthFlags.labels(spark, truth, column), options);
  }

  @Override
  Written write(SparkSession spark, Settings settings) throws UserException, IOException {
    requireAllOrNone(settings);
    String output = settings.optionalText("output");
    ResultFolder folder =
        output == null ? null : ResultFolder.create(spark, output, settings.flag("overwrite"));
    Dataset<Row> predictions = predictions(spark, settings);
    ModelFile model = model(spark, settings, predictions);
    Evaluation evaluation = evaluation(spark, settings, predictions);
    EvaluationSummary summary = folder == null ? unwritten(evaluation) : folder.write(evaluation);
    String text = evaluation.text(summary);
    Temperature temperature = summary.temperature();
    if (model != null && temperature != null) {
      Path file = Path.of(settings.text("calibrated"));
      ModelFile written = Calibrator.write(model, temperature.value(), file);
      text +=
          String.format(Locale.ROOT, "%ncalibrated model %s, SHA-256 %s", file, written.sha256());
    }
    return new Written(Summaries.json(summary), text);
  }

  private static EvaluationSummary unwritten(Evaluation evaluation) throws UserException {
    Dataset<Row> rows = evaluation.rows().persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return evaluation.summary(rows);
    } finally {
      rows.unpersist();
    }
  }

  private static void requireAllOrNone(Settings settings) throws UserException {
    boolean file = settings.optionalText("calibrated") != null;
    boolean model = settings.optionalText("model") != null;
    if (file != model || file && !settings.flag("temperature")) {
      throw new UserException("--calibrated, --model and --temperature are needed together");
    }
  }

  /** The model that made the predictions; null if no calibrated copy is asked for. */
  private static @Nullable ModelFile model(
      SparkSession spark, Settings settings, Dataset<Row> predictions) throws UserException {
    String uri = settings.optionalText("model");
    if (uri == null) {
      return null;
    }
    if (!List.of(predictions.columns()).contains("model_sha256")) {
      throw new UserException(
          "the predictions have no column model_sha256, so it is unknown which model made them");
    }
    List<Row> one = predictions.select(col("model_sha256")).limit(1).collectAsList();
    String sha256 = one.isEmpty() ? null : one.get(0).getString(0);
    ModelFile file = ModelLoader.load(uri, sha256, spark.sparkContext().hadoopConfiguration());
    if (!ModelCard.isIn(ModelLoader.summary(file).metadata())) {
      throw new UserException(
          uri
              + " has no card; leave out --model and --calibrated, and write the temperature into its"
              + " card file as 'temperature'");
    }
    return file;
  }
}
