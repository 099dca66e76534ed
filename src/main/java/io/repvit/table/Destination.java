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

  /** What happens to the scored index when it is read. */
  enum Index {
    /** It gets the runs that it lacks. */
    UPDATED,
    /** It is made again from the tables. */
    REBUILT,
    /** Nothing is written: runs that it lacks are read from their tables. */
    READ,
    /** It is neither read nor written: all runs are read from their tables. */
    UNUSED
  }

  /**
   * What published runs have scored, in the form of {@link ScoredRows}; empty if no run is
   * published, or if there is no index that could be rebuilt or left unused.
   *
   * @param key the run that asks
   */
  Optional<Dataset<Row>> scored(RunKey key, SparkSession spark, Index index) throws IOException;

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
    public Optional<Dataset<Row>> scored(RunKey key, SparkSession spark, Index index)
        throws IOException {
      boolean other = index == Index.REBUILT || index == Index.UNUSED;
      return other && !ScoredIndex.exists(spark, key.output())
          ? Optional.empty()
          : ScoredIndex.rows(spark, key.output(), index);
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
