package io.repvit.analytics.neighbours;

import static org.apache.spark.sql.functions.col;

import io.repvit.UserException;
import io.repvit.predict.ImageClassifier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Queries that are named one by one. */
final class NeighbourQueries {
  private static final int MOST = 1000;

  private static final StructType EMBEDDINGS =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), true);

  private NeighbourQueries() {}

  /** Returns the rows of a table with the given paths. */
  static Dataset<Row> ofPaths(List<String> paths, Dataset<Row> table) throws UserException {
    Set<String> missing = distinct(paths, "paths");
    Dataset<Row> rows = table.where(col("path").isin(missing.toArray()));
    missing.removeAll(rows.select("path").as(Encoders.STRING()).collectAsList());
    if (!missing.isEmpty()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the table has no row with the path %s (%d of %d paths); expected values of its column"
                  + " path",
              missing.iterator().next(),
              missing.size(),
              paths.size()));
    }
    return rows;
  }

  /**
   * Classifies images.
   *
   * @param model the model file
   * @param modelSha256 its hash; null accepts any file
   */
  static Dataset<Row> ofImages(
      SparkSession spark, List<String> images, String model, @Nullable String modelSha256)
      throws UserException {
    var classifier =
        new ImageClassifier().setModel(model).setInputCol("path").setOutputCol("prediction");
    if (modelSha256 != null) {
      classifier.setModelSha256(modelSha256);
    }
    Dataset<Row> paths =
        spark
            .createDataset(List.copyOf(distinct(images, "images")), Encoders.STRING())
            .toDF("path");
    List<Row> rows =
        classifier
            .transform(paths)
            .select(
                "path", "prediction.embedding", "prediction.error.code", "prediction.error.message")
            .collectAsList();
    for (Row row : rows) {
      if (!row.isNullAt(2)) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "the image %s cannot be a query: %s: %s",
                row.getString(0),
                row.getString(2),
                row.getString(3)));
      }
    }
    return spark.createDataFrame(
        rows.stream().map(row -> RowFactory.create(row.get(0), row.get(1))).toList(), EMBEDDINGS);
  }

  private static Set<String> distinct(List<String> values, String what) throws UserException {
    if (values.isEmpty() || values.size() > MOST) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%d %s are given, expected 1 to %d; classify more images first, and give the table as"
                  + " --queries",
              values.size(),
              what,
              MOST));
    }
    return new LinkedHashSet<>(values);
  }
}
