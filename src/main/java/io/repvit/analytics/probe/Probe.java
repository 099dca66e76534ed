package io.repvit.analytics.probe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import io.repvit.UserException;
import io.repvit.analytics.Analysis;
import io.repvit.analytics.Labels;
import io.repvit.predict.ModelReference;
import io.repvit.report.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Trains a classifier for new labels on stored embeddings: MLlib's multinomial logistic regression,
 * cross-validated over its regularisation. On request it writes a model file that has the network
 * of the old one and the new classifier.
 *
 * <pre>{@code
 * Dataset<Row> predictions = Predictions.read(spark, "s3a://lake/tables", null, Probe.NEEDED);
 * var probe =
 *     Probe.of(predictions, Labels.ofFolders(), ProbeOptions.DEFAULT, "s3a://lake/tables")
 *         .writing(ModelReference.of("old.onnx"), "new.onnx", false);
 * ProbeSummary summary = ResultFolder.create(spark, "s3a://lake/probe", false).write(probe);
 * }</pre>
 *
 * <p>The rows have {@code path}, {@code truth}, {@code set} ({@code train} or {@code test}), {@code
 * fold} (null for test images), {@code predicted}, {@code score} and {@code truth_score}. A
 * training image is predicted by a classifier that was trained without its fold.
 */
public final class Probe implements Analysis<ProbeSummary> {
  /** The columns that the predictions must have. */
  public static final String[] NEEDED = {"path", "embedding"};

  static final String TRAIN = "train";
  static final String TEST = "test";

  private static final StructType ROWS =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add(Labels.COLUMN, DataTypes.StringType, false)
          .add("set", DataTypes.StringType, false)
          .add("fold", DataTypes.IntegerType, true)
          .add("predicted", DataTypes.StringType, false)
          .add("score", DataTypes.DoubleType, false)
          .add("truth_score", DataTypes.DoubleType, false);

  private final Dataset<Row> predictions;
  private final Labels labels;
  private final ProbeOptions options;
  private final String place;
  private final @Nullable Dataset<Row> test;
  private final @Nullable ProbeFile file;
  private @Nullable Result result;

  private record Result(
      LabelledEmbeddings images,
      @Nullable String modelSha256,
      ProbeTraining training,
      ProbeSummary.@Nullable Model model) {}

  private Probe(
      Dataset<Row> predictions,
      Labels labels,
      ProbeOptions options,
      String place,
      @Nullable Dataset<Row> test,
      @Nullable ProbeFile file) {
    this.predictions = predictions;
    this.labels = labels;
    this.options = options;
    this.place = place;
    this.test = test;
    this.file = file;
  }

  /**
   * A probe that writes no model.
   *
   * @param predictions rows with {@link #NEEDED}
   * @param place name of the table, for summary and page
   */
  public static Probe of(
      Dataset<Row> predictions, Labels labels, ProbeOptions options, String place) {
    return new Probe(predictions, labels, options, place, null, null);
  }

  /** This probe with a table of test images, which are labelled in the same way. */
  public Probe testedOn(Dataset<Row> images) {
    return new Probe(predictions, labels, options, place, images, file);
  }

  /**
   * This probe with a new model file.
   *
   * @param base the model that computed the embeddings
   * @param newFile place of the new file
   * @param overwrite whether an existing file is replaced
   * @throws UserException if the base model cannot be used or has no embedding, or the file exists
   */
  public Probe writing(ModelReference base, String newFile, boolean overwrite)
      throws UserException, IOException {
    var target = ProbeFile.of(predictions.sparkSession(), base, newFile, overwrite);
    return new Probe(predictions, labels, options, place, test, target);
  }

  /** Trains, writes the model file, and returns the predictions of the new classifier. */
  @Override
  public Dataset<Row> rows() throws UserException, IOException {
    var images = LabelledEmbeddings.of(labels.addTo(predictions), options.minImages());
    String sha256 = only("model_sha256");
    if (file != null) {
      file.requireFits(sha256, images.width(), images.classes());
    }
    Dataset<Row> labelledTest = test == null ? null : labels.addTo(test);
    ProbeTraining training = ProbeTraining.of(images, labelledTest, options);
    ProbeSummary.Model model =
        file == null ? null : file.write(training, sample(training), only("preprocessing"));
    result = new Result(images, sha256, training, model);
    return predicted(training);
  }

  /** The value of a column that has one value; null without the column or with several. */
  private @Nullable String only(String column) {
    if (!List.of(predictions.columns()).contains(column)) {
      return null;
    }
    List<Row> values = predictions.select(column).distinct().limit(2).collectAsList();
    return values.size() == 1 ? values.get(0).getString(0) : null;
  }

  /** Some images, which depend on their keys only. */
  private static List<ProbeCheck.Sample> sample(ProbeTraining training) {
    return training
        .split()
        .orderBy(xxhash64(lit(0L), col("key")), col("path"))
        .select("path", "features")
        .limit(ProbeCheck.EMBEDDINGS)
        .collectAsList()
        .stream()
        .map(row -> new ProbeCheck.Sample(row.getString(0), row.getAs(1)))
        .toList();
  }

  private Dataset<Row> predicted(ProbeTraining training) {
    var layers = new ArrayList<>(training.validation().layers());
    layers.add(training.layer());
    int folds = options.folds();
    Broadcast<Scorer> scorer =
        JavaSparkContext.fromSparkContext(predictions.sparkSession().sparkContext())
            .broadcast(new Scorer(List.copyOf(layers), training.images().classes()));
    return training
        .split()
        .select("path", Labels.COLUMN, "label", "features", "fold")
        .map((MapFunction<Row, Row>) row -> scorer.value().row(row, folds), Encoders.row(ROWS));
  }

  /** The classifiers by fold, the final one last, on executors. */
  private record Scorer(List<SoftmaxRegression> layers, List<String> classes)
      implements java.io.Serializable {
    Row row(Row image, int folds) {
      int fold = image.getInt(4);
      Vector features = image.getAs(3);
      double[] p = layers.get(fold).probabilities(features);
      int best = SoftmaxRegression.best(p);
      return RowFactory.create(
          image.getString(0),
          image.getString(1),
          fold == folds ? TEST : TRAIN,
          fold == folds ? null : fold,
          classes.get(best),
          p[best],
          p[(int) image.getDouble(2)]);
    }
  }

  @Override
  public ProbeSummary summary(Dataset<Row> written) {
    Result trained = Objects.requireNonNull(result, "rows() comes first");
    trained.training().close();
    return ProbeResults.summary(
        written, place, options, trained.modelSha256(), trained.training(), trained.model());
  }

  @Override
  public String text(ProbeSummary s) {
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d classes, %d training images, regularisation %s%n",
            s.classes().size(),
            s.trainingImages(),
            s.regularisation()));
    ProbeSummary.Accuracy v = s.validation();
    text.append(line("accuracy out of fold", v));
    if (s.test() != null) {
      text.append(line("accuracy on the test", s.test()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "not used: %d images without a label, %d without an embedding, %d classes with too few images",
            s.withoutLabel(),
            s.withoutEmbedding(),
            s.leftOut().size()));
    ProbeSummary.Model m = s.model();
    if (m != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nmodel %s, SHA-256 %s%nsame labels as MLlib on %d embeddings and %d images, probabilities"
                  + " within %.1e and %.1e",
              m.file(),
              m.sha256(),
              m.verified().embeddings(),
              m.verified().images(),
              m.verified().largestDifference(),
              m.verified().imagesLargestDifference()));
    }
    return text.toString();
  }

  private static String line(String what, ProbeSummary.Accuracy a) {
    return String.format(
        Locale.ROOT,
        "%s %.4f (95 %% interval %.4f to %.4f, %d images)%n",
        what,
        a.accuracy(),
        a.low(),
        a.high(),
        a.images());
  }

  @Override
  public Page page(Dataset<Row> written, ProbeSummary summary) {
    return ProbePage.of(written, summary);
  }
}
