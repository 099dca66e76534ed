package io.repvit.analytics.audit;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import io.repvit.UserException;
import io.repvit.analytics.Checkpoints;
import io.repvit.analytics.Labels;
import io.repvit.analytics.probe.LabelledEmbeddings;
import io.repvit.analytics.probe.OutOfFold;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Labelled images with a probability for each class.
 *
 * @param rows one row per image, computed once: {@code path}, {@code given} (index of the given
 *     label) and {@code probabilities} (double, by class)
 * @param classes the names of the classes, by index
 * @param withoutEmbedding labelled images that have no usable embedding; they are not checked
 * @param regularisation of the cross-validated layer; null for probabilities of the model
 * @param accuracy share of images whose likeliest class is the given one; null as above
 */
record ClassProbabilities(
    Dataset<Row> rows,
    List<String> classes,
    long withoutEmbedding,
    @Nullable Double regularisation,
    @Nullable Double accuracy) {
  /** Maximum number of classes: the driver holds matrices of classes by classes, 32 MB each. */
  static final int MAX_CLASSES = 2_000;

  private static final String REMEDY =
      "classify again with --top-k set to the number of classes and --rescore, or use --probabilities"
          + " cross-validated";

  /**
   * Probabilities of a linear layer on the embeddings. An image's layer is trained without its
   * fold; images with the same bytes are in the same fold.
   *
   * @param images rows with {@code path}, {@code embedding} and {@link Labels#COLUMN}
   * @throws UserException if a class has fewer images than there are folds
   */
  static ClassProbabilities crossValidated(Dataset<Row> images, AuditOptions options)
      throws UserException {
    LabelledEmbeddings labelled = LabelledEmbeddings.of(embeddings(images));
    requireFew(labelled.classes().size());
    for (var entry : labelled.images().entrySet()) {
      if (entry.getValue() < options.folds()) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "the label '%s' has %d images with an embedding, expected at least one for each of the %d"
                    + " folds; set --folds lower, or leave the label out with --truth",
                entry.getKey(),
                entry.getValue(),
                options.folds()));
      }
    }
    OutOfFold found =
        OutOfFold.of(labelled, options.folds(), options.seed(), options.regularisations());
    return new ClassProbabilities(
        found.rows().withColumnRenamed("label", "given"),
        labelled.classes(),
        labelled.withoutEmbedding(),
        found.regularisation(),
        found.accuracy());
  }

  /** The columns that are read, without the model's {@code label}. */
  private static Dataset<Row> embeddings(Dataset<Row> images) {
    boolean hashed = List.of(images.columns()).contains("content_sha256");
    return hashed
        ? images.select("path", "embedding", Labels.COLUMN, "content_sha256")
        : images.select("path", "embedding", Labels.COLUMN);
  }

  /**
   * Probabilities that the model has written.
   *
   * @param images rows with {@code path}, {@code top_k} and {@link Labels#COLUMN}
   * @throws UserException if a row has not all classes, or a given label is not one of them
   */
  static ClassProbabilities ofModel(Dataset<Row> images) throws UserException {
    Dataset<Row> labelled = images.where(col(Labels.COLUMN).isNotNull());
    List<String> classes = classesOfModel(labelled);
    requireKnown(labelled, classes);
    var indices = new ArrayList<Row>();
    for (String name : classes) {
      indices.add(RowFactory.create(name, indices.size()));
    }
    Dataset<Row> table =
        images
            .sparkSession()
            .createDataFrame(
                indices,
                new StructType()
                    .add(Labels.COLUMN, DataTypes.StringType, false)
                    .add("given", DataTypes.IntegerType, false));
    Column byIndex =
        array_sort(transform(col("top_k"), x -> struct(at(x, "label_index"), at(x, "score"))));
    Dataset<Row> rows =
        Checkpoints.of(
            labelled
                .join(broadcast(table), Labels.COLUMN)
                .select(
                    col("path"),
                    col("given"),
                    transform(byIndex, x -> at(x, "score").cast("double")).as("probabilities")));
    return new ClassProbabilities(rows, classes, 0, null, null);
  }

  private static Column at(Column struct, String field) {
    return struct.getField(field).as(field);
  }

  /** The classes of the model by index, if each row has all of them. */
  private static List<String> classesOfModel(Dataset<Row> labelled) throws UserException {
    Column topK = col("top_k");
    Row found =
        labelled
            .agg(
                count(lit(1)),
                coalesce(max(array_max(transform(topK, x -> at(x, "label_index")))), lit(-1)),
                coalesce(min(size(topK)), lit(0)),
                coalesce(
                    min(aggregate(topK, lit(0.0), (sum, x) -> sum.plus(at(x, "score")))), lit(0.0)))
            .first();
    int classes = found.getInt(1) + 1;
    if (found.getLong(0) == 0) {
      throw new UserException(
          "no image has a given label; compare the paths of --predictions and --truth");
    }
    requireFew(classes);
    // A row with the best classes only has a smaller sum, unless the model is sure.
    if (found.getInt(2) < classes || found.getDouble(3) < 0.99) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the probabilities of the model are not complete: a row has %d classes in top_k with a sum of"
                  + " %.3f, expected all of at least %d classes; %s",
              found.getInt(2),
              found.getDouble(3),
              classes,
              REMEDY));
    }
    var names = new ArrayList<String>();
    Set<String> seen = new HashSet<>();
    for (Row row :
        labelled
            .select(explode(topK).as("x"))
            .groupBy("x.label_index")
            .agg(min("x.label"))
            .orderBy("label_index")
            .collectAsList()) {
      String name = row.getString(1);
      if (!seen.add(name)) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "the model has two classes with the name '%s', so given labels cannot be told apart; use"
                    + " --probabilities cross-validated",
                name));
      }
      names.add(name);
    }
    return List.copyOf(names);
  }

  private static void requireKnown(Dataset<Row> labelled, List<String> classes)
      throws UserException {
    List<Row> unknown =
        labelled
            .where(not(col(Labels.COLUMN).isInCollection(classes)))
            .groupBy(Labels.COLUMN)
            .count()
            .orderBy(col("count").desc(), col(Labels.COLUMN))
            .limit(3)
            .collectAsList();
    if (!unknown.isEmpty()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the model has no class for given labels such as %s, its classes are %s%s; name the labels as"
                  + " the model does, or use --probabilities cross-validated",
              unknown.stream()
                  .map(row -> "'" + row.getString(0) + "' (" + row.getLong(1) + " images)")
                  .toList(),
              classes.stream().limit(10).toList(),
              classes.size() > 10 ? " and more" : ""));
    }
  }

  private static void requireFew(int classes) throws UserException {
    if (classes > MAX_CLASSES) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "there are %d classes, expected at most %d; check the labels of fewer classes at a time"
                  + " with --truth",
              classes,
              MAX_CLASSES));
    }
  }
}
