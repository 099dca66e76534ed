package io.repvit.spark;

import io.repvit.input.InputException;
import io.repvit.input.Scored;
import io.repvit.run.ParquetFolders;
import io.repvit.run.Publisher;
import io.repvit.run.RunKey;
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
   * @throws InputException when not, with what to do
   */
  void require(SparkSession spark) throws InputException;

  /**
   * Publishes rows that {@code scorer} made.
   *
   * @param targetBytes about how long the tables' files are to be
   */
  Publisher publisher(SparkSession spark, Scorer scorer, long targetBytes);

  /**
   * What published runs have scored as {@code scorer} would; nothing if there is none.
   *
   * @param key the run that is about to be made
   */
  Optional<Scored> scored(RunKey key, Scorer scorer, SparkSession spark) throws IOException;

  /** The predictions of a published run. */
  Dataset<Row> predictions(RunKey key, SparkSession spark);

  /** Where a table stands, for people. */
  String place(String table, RunKey key);

  /** Parquet files in folders below the run's output. */
  record Folders() implements Destination {
    @Override
    public void require(SparkSession spark) {}

    @Override
    public Publisher publisher(SparkSession spark, Scorer scorer, long targetBytes) {
      return new ParquetFolders(spark, targetBytes);
    }

    @Override
    public Optional<Scored> scored(RunKey key, Scorer scorer, SparkSession spark)
        throws IOException {
      return ScoredRuns.published(key, scorer, spark);
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
