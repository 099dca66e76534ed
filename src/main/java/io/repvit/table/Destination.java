package io.repvit.table;

import io.repvit.UserException;
import io.repvit.predict.ModelIdentity;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where runs write their tables and where later runs read which objects are scored. */
public sealed interface Destination permits Destination.Folders, IcebergNamespace {

  /**
   * Checks, before a run begins, that it can write here.
   *
   * @throws UserException if it cannot; the message says what to do
   */
  void require(SparkSession spark) throws UserException;

  /**
   * Makes tables visible whose rows {@code identity} made.
   *
   * @param targetBytes approximate length of a table's files
   */
  TableCommitter committer(SparkSession spark, ModelIdentity identity, long targetBytes);

  /**
   * What published runs have scored, in the form of {@link ScoredRows}; empty if no run is
   * published.
   *
   * @param key the run that asks
   */
  Optional<Dataset<Row>> scored(RunKey key, SparkSession spark) throws IOException;

  /** The same, computed from the tables without the scored index; empty if there is no index. */
  default Optional<Dataset<Row>> scoredFromTables(RunKey key, SparkSession spark)
      throws IOException {
    return Optional.empty();
  }

  /** The predictions of a run whose tables are visible. */
  Dataset<Row> predictions(RunKey key, SparkSession spark);

  /** Canonical text: equal for equal destinations below one output. */
  String text();

  /** Folder or name of a table, for messages. */
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
    public TableCommitter committer(SparkSession spark, ModelIdentity identity, long targetBytes) {
      return new ParquetFolders(spark, targetBytes);
    }

    @Override
    public Optional<Dataset<Row>> scored(RunKey key, SparkSession spark) throws IOException {
      return ScoredIndex.rows(spark, key.output(), false);
    }

    @Override
    public Optional<Dataset<Row>> scoredFromTables(RunKey key, SparkSession spark)
        throws IOException {
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
