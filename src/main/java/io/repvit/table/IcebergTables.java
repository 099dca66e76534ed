package io.repvit.table;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;
import static org.apache.spark.sql.functions.lit;

import io.repvit.UserException;
import io.repvit.predict.ModelIdentity;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Writes a run to Iceberg tables partitioned by run_date, one snapshot per table. */
final class IcebergTables implements TableCommitter {
  private static final Map<String, StructType> SCHEMAS =
      Map.of(
          PredictionTable.NAME, PredictionTable.SCHEMA,
          QuarantineTable.NAME, QuarantineTable.SCHEMA);
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "provider", "iceberg",
          "format-version", "2",
          "write.parquet.compression-codec", "zstd");

  private final SparkSession spark;
  private final IcebergNamespace namespace;
  private final ModelIdentity identity;
  private final long targetBytes;

  /**
   * @param identity model and preprocessing that made the rows
   */
  IcebergTables(
      SparkSession spark, IcebergNamespace namespace, ModelIdentity identity, long targetBytes) {
    this.targetBytes = targetBytes;
    this.spark = spark;
    this.namespace = namespace;
    this.identity = identity;
  }

  /**
   * The snapshot that adds the rows also removes rows of {@code key} that a failed attempt has
   * left.
   */
  @Override
  public void commit(Staging staging, RunKey key, List<StagedTable> tables, Permission permission)
      throws IOException {
    for (StagedTable table : tables) {
      create(table.name());
      Dataset<Row> rows =
          spark
              .read()
              .schema(schema(table.name()))
              .parquet(table.files().stream().map(StagedFile::uri).toArray(String[]::new));
      boolean replace =
          !spark.table(namespace.table(table.name())).where(IcebergNamespace.of(key)).isEmpty();
      permission.require();
      write(key, table.name(), rows, replace);
    }
  }

  @Override
  public void withdraw(RunKey key, List<String> tables) throws IOException {
    for (String table : tables) {
      if (spark.catalog().tableExists(namespace.table(table))
          && !spark.table(namespace.table(table)).where(IcebergNamespace.of(key)).isEmpty()) {
        write(key, table, spark.createDataFrame(List.of(), schema(table)), true);
      }
    }
  }

  private void write(RunKey key, String table, Dataset<Row> rows, boolean replace)
      throws IOException {
    var writer =
        rows.withColumn("run_date", lit(key.date().toString()).cast(DataTypes.DateType))
            .withColumn("run_id", lit(key.id()))
            .writeTo(namespace.table(table))
            .option("snapshot-property.repvit.run-date", key.date().toString())
            .option("snapshot-property.repvit.run-id", key.id())
            .option("snapshot-property.repvit.model-sha256", identity.modelSha256())
            .option("snapshot-property.repvit.preprocessing", identity.preprocessing())
            .option("target-file-size-bytes", targetBytes)
            // All rows belong to one partition: a shuffle by partition would send them to one task.
            .option("distribution-mode", "none")
            .option("fanout-enabled", "true")
            .option("check-nullability", "false");
    try {
      if (replace) {
        writer.overwrite(IcebergNamespace.of(key));
      } else {
        writer.append();
      }
    } catch (NoSuchTableException e) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "table %s was dropped while the run wrote to it, start the run again",
              namespace.table(table)),
          e);
    }
  }

  private static StructType schema(String table) {
    return requireNonNull(SCHEMAS.get(table), table);
  }

  /**
   * Creates a table, or adds the columns that a table of an earlier version lacks. SQL cannot
   * declare the elements of an array as not null, so this uses the catalog.
   */
  private void create(String table) throws IOException {
    StructType schema =
        schema(table)
            .add("run_date", DataTypes.DateType, false)
            .add("run_id", DataTypes.StringType, false);
    try {
      TableCatalog catalog = namespace.catalog(spark);
      var name = Identifier.of(namespace.levels(), table);
      if (catalog.tableExists(name)) {
        addColumns(catalog, name, schema);
        return;
      }
      if (catalog instanceof SupportsNamespaces namespaces
          && !namespaces.namespaceExists(namespace.levels())) {
        namespaces.createNamespace(namespace.levels(), Map.of());
      }
      catalog.createTable(
          name, columns(schema), new Transform[] {Expressions.identity("run_date")}, PROPERTIES);
    } catch (TableAlreadyExistsException e) {
      // // Another run has created it.
    } catch (Exception e) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "table %s cannot be created: %s",
              namespace.table(table),
              UserException.reason(e)),
          e);
    }
  }

  private static void addColumns(TableCatalog catalog, Identifier name, StructType schema)
      throws NoSuchTableException {
    Set<String> existing =
        Arrays.stream(catalog.loadTable(name).columns()).map(Column::name).collect(toSet());
    TableChange[] added =
        Arrays.stream(schema.fields())
            .filter(field -> !existing.contains(field.name()))
            .map(
                field ->
                    TableChange.addColumn(
                        new String[] {field.name()}, field.dataType(), field.nullable()))
            .toArray(TableChange[]::new);
    if (added.length > 0) {
      catalog.alterTable(name, added);
    }
  }

  private static Column[] columns(StructType schema) {
    return Arrays.stream(schema.fields())
        .map(field -> Column.create(field.name(), field.dataType(), field.nullable()))
        .toArray(Column[]::new);
  }
}
