package io.repvit.table;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.repvit.UserException;
import io.repvit.predict.ModelIdentity;
import io.repvit.spark4.SparkSql;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.types.DataTypes;

/**
 * A namespace of an Iceberg catalog that Spark knows by {@code spark.sql.catalog.NAME}. All objects
 * with rows in its tables count as scored.
 *
 * @param name catalog and namespace, {@code lake.photos}; a namespace may have several levels
 */
public record IcebergNamespace(String name) implements Destination {
  /** Maven coordinates of the Iceberg library, for {@code --packages}. */
  private static final String PACKAGE = "org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0";

  public IcebergNamespace {
    if (!name.matches("\\w+(\\.\\w+)+")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "iceberg is '%s', expected CATALOG.NAMESPACE of letters, digits and '_', such as lake.photos",
              name));
    }
  }

  @Override
  public String text() {
    return "iceberg " + name;
  }

  @Override
  public void require(SparkSession spark) throws UserException {
    catalog(spark);
  }

  @Override
  public TableCommitter committer(SparkSession spark, ModelIdentity identity, long targetBytes) {
    return new IcebergTables(spark, this, identity, targetBytes);
  }

  /**
   * Rows of {@code key} itself come from a failed attempt; they are left out, because this run
   * replaces them. The tables may have rows of runs with another output, whose manifests, and so
   * conditions, are unknown.
   */
  @Override
  public Optional<Dataset<Row>> scored(RunKey key, SparkSession spark, Index index)
      throws IOException {
    if (index == Index.REBUILT
        || index == Index.UNUSED
        || !spark.catalog().tableExists(table(PredictionTable.NAME))
        || !spark.catalog().tableExists(table(QuarantineTable.NAME))) {
      return Optional.empty();
    }
    var output = new Path(key.output());
    FileSystem fs = output.getFileSystem(SparkSql.hadoop(spark));
    Dataset<Row> manifests =
        ScoredRuns.conditions(spark, output, ScoredRuns.below(fs, output))
            .withColumn("run_date", col("run_date").cast(DataTypes.DateType));
    return Optional.of(
        ScoredRows.of(
            rows(PredictionTable.NAME, key, spark),
            rows(QuarantineTable.NAME, key, spark)
                .join(broadcast(manifests), new String[] {"run_date", "run_id"}, "left_outer")));
  }

  private Dataset<Row> rows(String table, RunKey key, SparkSession spark) {
    return spark
        .table(table(table))
        .where(not(of(key)))
        .withColumn(ScoredRows.RUN, concat_ws("/", col("run_date"), col("run_id")));
  }

  @Override
  public Dataset<Row> predictions(RunKey key, SparkSession spark) {
    return spark.table(table(PredictionTable.NAME)).where(of(key));
  }

  @Override
  public String place(String table, RunKey key) {
    return name + "." + table;
  }

  /** Condition that selects the rows of a run. */
  static Column of(RunKey key) {
    return col("run_date")
        .equalTo(lit(key.date().toString()).cast(DataTypes.DateType))
        .and(col("run_id").equalTo(key.id()));
  }

  /** Full name of a table of this namespace, quoted for Spark. */
  String table(String table) {
    return Stream.concat(Arrays.stream(parts()), Stream.of(table))
        .map(part -> "`" + part + "`")
        .collect(Collectors.joining("."));
  }

  /** The namespace inside its catalog. */
  String[] levels() {
    String[] parts = parts();
    return Arrays.copyOfRange(parts, 1, parts.length);
  }

  private String[] parts() {
    return name.split("\\.");
  }

  /**
   * Loads the catalog.
   *
   * @throws UserException if Spark has no such catalog or cannot load its library
   */
  TableCatalog catalog(SparkSession spark) throws UserException {
    String catalog = parts()[0];
    String setting = "spark.sql.catalog." + catalog;
    CatalogPlugin found;
    try {
      found = SparkSql.catalog(spark, catalog);
    } catch (LinkageError e) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the library of catalog '%s' is not compatible with Spark %s: %s; use Spark 4.1 with --packages %s",
              catalog,
              spark.version(),
              UserException.reason(e),
              PACKAGE),
          e);
    } catch (Exception e) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "catalog '%s' cannot be loaded: %s; set %s and start with --packages %s, see conf/spark.conf",
              catalog,
              UserException.reason(e),
              setting,
              PACKAGE),
          e);
    }
    if (found instanceof TableCatalog tables) {
      return tables;
    }
    throw new UserException(
        String.format(
            Locale.ROOT,
            "%s is %s, expected a catalog with tables",
            setting,
            found.getClass().getName()));
  }
}
