package io.repvit.analytics.probe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.repvit.UserException;
import io.repvit.analytics.probe.ProbeSummary.CurvePoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * The training of a {@link Probe}: split, cross-validation, the final classifier, and the learning
 * curve. The rows stay persisted until {@link #close}.
 *
 * @param split rows with {@code path}, {@code key}, {@code truth}, {@code label}, {@code features},
 *     {@code weight} and {@code fold}, which is the number of folds for test images
 * @param training training images by class index
 * @param model MLlib's model, trained on all training images
 * @param layer the weights of that model
 */
record ProbeTraining(
    LabelledEmbeddings images,
    Dataset<Row> split,
    long testWithoutClass,
    List<Long> training,
    CrossValidation validation,
    LogisticRegressionModel model,
    SoftmaxRegression layer,
    List<CurvePoint> curve)
    implements AutoCloseable {
  /** Training images are drawn this often for each point of the learning curve. */
  static final int DRAWS = 3;

  /** Each class needs two training images, so that another one remains without a fold. */
  private static final int LEAST_TRAINING = 2;

  static ProbeTraining of(
      LabelledEmbeddings images, @Nullable Dataset<Row> test, ProbeOptions options)
      throws UserException {
    requireTwoOfEach(images);
    int folds = options.folds();
    Dataset<Row> split =
        Strata.add(
            images.rows(),
            "fold",
            options.seed(),
            split(folds, test == null ? options.testShare() : 0));
    long withoutClass = 0;
    if (test != null) {
      LabelledEmbeddings.Others others = images.others(test);
      withoutClass = others.withoutClass();
      split = split.unionByName(others.rows().withColumn("fold", lit(folds)));
    }
    if (!options.balanced()) {
      split = split.withColumn("weight", lit(1.0));
    }
    split =
        LabelledEmbeddings.inPartitions(split, images.total(), images.width())
            .persist(StorageLevel.MEMORY_AND_DISK());
    int classes = images.classes().size();
    List<Long> training = byClass(split.where(col("fold").lt(folds)), classes);
    Dataset<Row> learning = split.where(col("fold").lt(folds));
    var validation = CrossValidation.of(learning, classes, folds, options.regularisations());
    LogisticRegressionModel model = SoftmaxRegression.train(learning, classes, validation.chosen());
    var layer = SoftmaxRegression.of(model);
    Dataset<Row> held = split.where(col("fold").equalTo(folds));
    List<CurvePoint> curve =
        options.imagesPerClass().isEmpty()
            ? List.of()
            : curve(learning, held, training, layer, validation.chosen(), options);
    return new ProbeTraining(
        images, split, withoutClass, training, validation, model, layer, curve);
  }

  private static void requireTwoOfEach(LabelledEmbeddings images) throws UserException {
    List<String> single =
        images.images().entrySet().stream()
            .filter(c -> c.getValue() < LEAST_TRAINING)
            .map(c -> "'" + c.getKey() + "'")
            .toList();
    if (!single.isEmpty()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%d classes have one image only, such as %s, expected at least two: one to learn from and"
                  + " one to compare; add images, or leave such classes out with --min-images 2",
              single.size(),
              single.stream().limit(5).toList()));
    }
  }

  /** The first images of each class are the test, the others are divided into folds. */
  private static Strata.Part split(int folds, double testShare) {
    return (rank, images) -> {
      Column test =
          greatest(lit(0L), least(floor(images.multiply(testShare)), images.minus(LEAST_TRAINING)));
      return when(rank.lt(test), folds)
          .otherwise(Strata.folds(folds).of(rank.minus(test), images.minus(test)));
    };
  }

  private static List<Long> byClass(Dataset<Row> rows, int classes) {
    var counts = new Long[classes];
    Arrays.fill(counts, 0L);
    for (Row row : rows.groupBy("label").agg(count(lit(1))).collectAsList()) {
      counts[(int) row.getDouble(0)] = row.getLong(1);
    }
    return List.of(counts);
  }

  /**
   * Trains with fewer images. The regularisation is scaled with the number of images, so that it
   * stays the same prior on the weights.
   */
  private static List<CurvePoint> curve(
      Dataset<Row> learning,
      Dataset<Row> held,
      List<Long> training,
      SoftmaxRegression all,
      double regularisation,
      ProbeOptions options)
      throws UserException {
    long most = training.stream().mapToLong(Long::longValue).max().orElseThrow();
    long total = training.stream().mapToLong(Long::longValue).sum();
    List<Integer> sizes = options.imagesPerClass().stream().filter(n -> n < most).toList();
    var layers = new ArrayList<SoftmaxRegression>();
    for (int draw = 1; draw <= DRAWS; draw++) {
      Dataset<Row> drawn = Strata.add(learning, "size", options.seed() + draw, upTo(sizes));
      for (int i = 0; i < sizes.size(); i++) {
        long images = images(training, sizes.get(i));
        Dataset<Row> some =
            LabelledEmbeddings.inPartitions(drawn.where(col("size").leq(i)), images, all.width());
        layers.add(SoftmaxRegression.fit(some, training.size(), regularisation * total / images));
      }
    }
    layers.add(all);
    List<HeldOutScore> scores = HeldOutScore.of(held, layers);
    if (scores.get(0).images() == 0) {
      throw new UserException(
          "--images-per-class needs test images, found none; set --test-share or --test");
    }
    var points = new ArrayList<CurvePoint>();
    for (int i = 0; i < sizes.size(); i++) {
      var draws = new ArrayList<HeldOutScore>();
      for (int draw = 0; draw < DRAWS; draw++) {
        draws.add(scores.get(draw * sizes.size() + i));
      }
      points.add(point(sizes.get(i), images(training, sizes.get(i)), draws));
    }
    points.add(point((int) most, total, List.of(scores.get(scores.size() - 1))));
    return List.copyOf(points);
  }

  private static CurvePoint point(int perClass, long images, List<HeldOutScore> draws) {
    var accuracy = draws.stream().mapToDouble(HeldOutScore::accuracy).summaryStatistics();
    return new CurvePoint(
        perClass, images, accuracy.getAverage(), accuracy.getMin(), accuracy.getMax());
  }

  private static long images(List<Long> training, int perClass) {
    return training.stream().mapToLong(n -> Math.min(n, perClass)).sum();
  }

  /**
   * The place of the first size that has the image: the images of a size are in the larger ones.
   */
  private static Strata.Part upTo(List<Integer> sizes) {
    return (rank, images) -> {
      Column part = lit(sizes.size());
      for (int i = sizes.size() - 1; i >= 0; i--) {
        part = when(rank.lt(sizes.get(i)), i).otherwise(part);
      }
      return part.cast("int");
    };
  }

  @Override
  public void close() {
    split.unpersist();
  }
}
