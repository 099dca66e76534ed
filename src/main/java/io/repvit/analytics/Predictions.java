package io.repvit.analytics;

import static org.apache.spark.sql.functions.col;

import io.repvit.UserException;
import io.repvit.table.PublishedRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Reads the tables that analyses are about. */
public final class Predictions {
  /** What makes the columns that not every run has. */
  private static final Map<String, String> MADE_BY =
      Map.of(
          "phash", "run classify with --phash",
          "dhash", "run classify with --phash",
          "quality", "run classify with --quality",
          "embedding", "run classify with a model that has an embedding output");

  private static final int MOST_MODELS = 10;

  private Predictions() {}

  /**
   * Reads predictions.
   *
   * @param place the output of {@code classify}, for the newest row of each path and model in its
   *     published runs; or any folder or file of Parquet, such as one run's; or a CSV file with a
   *     header
   * @param modelSha256 the model whose rows are read; null if there is one model only
   * @param needed columns that the table must have
   * @return all columns of the table
   * @throws UserException if the table cannot be read, has no such column, or has the rows of
   *     several models and {@code modelSha256} is null, or none of that model
   */
  public static Dataset<Row> read(
      SparkSession spark, String place, @Nullable String modelSha256, String... needed)
      throws UserException, IOException {
    Dataset<Row> rows = table(spark, place);
    requireColumns(rows, place, needed);
    if (!List.of(rows.columns()).contains("model_sha256")) {
      if (modelSha256 != null) {
        throw new UserException(place + " has no column model_sha256; leave out --model-sha256");
      }
      return rows;
    }
    if (modelSha256 != null) {
      Dataset<Row> ofModel = rows.where(col("model_sha256").equalTo(modelSha256));
      if (ofModel.isEmpty()) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "%s has no rows of the model %s, it has those of %s; choose one with --model-sha256",
                place,
                modelSha256,
                models(rows)));
      }
      return ofModel;
    }
    List<String> models = models(rows);
    if (models.size() > 1) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s has the rows of several models, %s; choose one with --model-sha256",
              place,
              models));
    }
    return rows;
  }

  /** Some of the models whose rows a table has. */
  private static List<String> models(Dataset<Row> rows) {
    return rows
        .select("model_sha256")
        .distinct()
        .limit(MOST_MODELS)
        .as(Encoders.STRING())
        .collectAsList()
        .stream()
        .map(String::valueOf)
        .sorted()
        .toList();
  }

  /** Reads a table of any columns, such as true labels: Parquet, or CSV with a header. */
  public static Dataset<Row> readTable(SparkSession spark, String place, String... needed)
      throws UserException, IOException {
    Dataset<Row> rows = table(spark, place);
    requireColumns(rows, place, needed);
    return rows;
  }

  private static Dataset<Row> table(SparkSession spark, String place)
      throws UserException, IOException {
    try {
      if (place.endsWith(".csv")) {
        return spark.read().option("header", true).option("escape", "\"").csv(place);
      }
      return PublishedRows.areBelow(spark, place)
          ? PublishedRows.latest(spark, place)
          : spark.read().parquet(place);
    } catch (Exception e) {
      // Spark throws the first, which is checked, and its Scala signatures do not declare it.
      if (e instanceof AnalysisException
          || e instanceof UnsupportedFileSystemException
          || e instanceof IllegalArgumentException) {
        throw new UserException(
            place + " cannot be read as a table: " + UserException.reason(e), e);
      }
      throw e;
    }
  }

  /** Checks that a table has columns; the message says what makes one that is missing. */
  public static void requireColumns(Dataset<Row> rows, String place, String... needed)
      throws UserException {
    List<String> found = Arrays.asList(rows.columns());
    var missing = new ArrayList<>(List.of(needed));
    missing.removeAll(found);
    if (!missing.isEmpty()) {
      String hint = MADE_BY.get(missing.get(0));
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s has no column %s, its columns are %s%s",
              place,
              String.join(", ", missing),
              found,
              hint == null ? "" : "; " + hint));
    }
  }
}
