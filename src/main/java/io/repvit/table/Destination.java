package io.repvit.table;

import io.repvit.UserException;
import io.repvit.predict.Scorer;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where the rows of runs are published, and found again by later runs. */
public sealed interface Destination permits Destination.Folders, IcebergNamespace {

  /**
   * Looks whether runs can be published there, before there is one.
   *
   * @throws UserException when not, with what to do
   */
  void require(SparkSession spark) throws UserException;

  /**
   * Publishes rows that {@code scorer} made.
   *
   * @param targetBytes about how long the tables' files are to be
   */
  Publisher publisher(SparkSession spark, Scorer scorer, long targetBytes);

  /**
   * What published runs have scored, as {@link ScoredRows}; nothing if there is none.
   *
   * @param key the run that is about to be made
   */
  Optional<Dataset<Row>> scored(RunKey key, SparkSession spark) throws IOException;

  /** The same without what is derived from the tables; nothing where nothing is. */
  default Optional<Dataset<Row>> scoredAnew(RunKey key, SparkSession spark) throws IOException {
    return Optional.empty();
  }

  /** The predictions of a published run. */
  Dataset<Row> predictions(RunKey key, SparkSession spark);

  /** Canonical text, equal for the same destination below the same output. */
  String text();

  /** Where a table stands, for people. */
  String place(String table, RunKey key);

  /** Parquet files in folders below the run's output. */
  record Folders() implements Destination {
    @Override
    public String text() {
      return "folders";
    }

    @Override
    public void require(SparkSession spark) {}

    @Override
    public Publisher publisher(SparkSession spark, Scorer scorer, long targetBytes) {
      return new ParquetFolders(spark, targetBytes);
    }

    @Override
    public Optional<Dataset<Row>> scored(RunKey key, SparkSession spark) throws IOException {
      return ScoredIndex.rows(spark, key.output(), false);
    }

    @Override
    public Optional<Dataset<Row>> scoredAnew(RunKey key, SparkSession spark) throws IOException {
      return ScoredIndex.exists(spark, key.output())
          ? ScoredIndex.rows(spark, key.output(), true)
          : Optional.empty();
    }

    @Override
    public Dataset<Row> predictions(RunKey key, SparkSession spark) {
      return spark.read().schema(PredictionTable.SCHEMA).parquet(place(PredictionTable.NAME, key));
    }

    @Override
    public String place(String table, RunKey key) {
      return key.folder(table).toString();
    }
  }
}
