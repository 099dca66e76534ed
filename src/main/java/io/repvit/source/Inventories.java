package io.repvit.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.try_url_decode;
import static org.apache.spark.sql.functions.unix_millis;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.UserException;
import io.repvit.spark4.SparkSql;
import io.repvit.storage.ObjectPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Reads reports of S3 Inventory in the <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html">
 * layout</a> that AWS documents: a manifest.json names data files in its own bucket. Only the
 * latest version of a key is read. As in a folder, names that start with {@code _} or {@code .} and
 * folder markers are left out.
 */
final class Inventories {
  /** Longest manifest: 64 MiB, enough for 300,000 data files. */
  private static final int MAX_MANIFEST_BYTES = 64 << 20;

  /** The key as in the report; it is URL-encoded in CSV. */
  private static final String RAW_KEY = "raw_key";

  private Inventories() {}

  static ListedRows of(Input.Inventory input, SparkSession spark) throws UserException {
    SparkSession session = ListedRows.session(spark);
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    List<Dataset<Row>> reports = new ArrayList<>();
    long bytes = 0;
    for (String uri : input.uris()) {
      try {
        Dataset<Row> report = read(ObjectPath.given(uri), session, configuration);
        bytes += SparkSql.estimatedBytes(report);
        reports.add(report);
      } catch (Exception e) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "input %s cannot be read as a manifest of S3 Inventory: %s",
                uri,
                UserException.reason(e)),
            e);
      }
    }
    return ListedRows.of(
        String.join(" ", input.uris()),
        reports.stream().reduce(Dataset::unionByName).orElseThrow(),
        List.of(),
        bytes);
  }

  private static Dataset<Row> read(Path uri, SparkSession session, Configuration configuration)
      throws IOException {
    Path manifest = uri.getFileSystem(configuration).makeQualified(uri);
    JsonNode json = json(manifest, configuration);
    List<String> files = new ArrayList<>();
    for (JsonNode file : json.path("files")) {
      // The data files are in the bucket of the manifest, and keys are relative to its root.
      Path root = new Path(manifest.toUri().getScheme(), manifest.toUri().getAuthority(), "/");
      files.add(ObjectPath.child(root, file.path("key").asText()).toString());
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("found no data files, expected them in its field 'files'");
    }
    String[] paths = files.toArray(String[]::new);
    String format = json.path("fileFormat").asText();
    return switch (format.toLowerCase(Locale.ROOT)) {
      case "csv" -> {
        Dataset<Row> csv = session.read().schema(csv(json.path("fileSchema").asText())).csv(paths);
        yield normal(
            csv.withColumn(RAW_KEY, col("key")).withColumn("key", try_url_decode(col("key"))),
            manifest);
      }
      case "parquet" -> normal(raw(session.read().parquet(paths)), manifest);
      case "orc" -> normal(raw(session.read().orc(paths)), manifest);
      default ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT, "found the fileFormat '%s', expected CSV, ORC or Parquet", format));
    };
  }

  private static Dataset<Row> raw(Dataset<Row> report) {
    return Arrays.asList(report.columns()).contains("key")
        ? report.withColumn(RAW_KEY, col("key"))
        : report;
  }

  private static JsonNode json(Path manifest, Configuration configuration) throws IOException {
    try (FSDataInputStream in = manifest.getFileSystem(configuration).open(manifest)) {
      return new ObjectMapper().readTree(in.readNBytes(MAX_MANIFEST_BYTES));
    }
  }

  /** CSV has no header. The manifest names the columns: {@code Bucket, Key, LastModifiedDate}. */
  private static StructType csv(String fileSchema) {
    var schema = new StructType();
    for (String name : fileSchema.split(",")) {
      schema = schema.add(snakeCase(name.strip()), "string");
    }
    return schema;
  }

  /** The name of the column in ORC and Parquet reports. */
  private static String snakeCase(String name) {
    return name.replace("ETag", "e_tag")
        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
        .toLowerCase(Locale.ROOT);
  }

  /** Converts a report to rows of {@link ListedRows#SCHEMA}. Keys that are left out are marked. */
  private static Dataset<Row> normal(Dataset<Row> report, Path manifest) {
    Set<String> present = Set.copyOf(Arrays.asList(report.columns()));
    if (!present.containsAll(List.of("bucket", "key"))) {
      throw new IllegalArgumentException(
          ColumnNames.missing("bucket' and 'key", List.of(report.columns())));
    }
    Column size = optional(present, "size");
    Column length = size.try_cast("bigint");
    Column key = col("key");
    Column isOld =
        not(coalesce(optional(present, "is_latest").cast("boolean"), lit(true)))
            .or(coalesce(optional(present, "is_delete_marker").cast("boolean"), lit(false)));
    Column isMarker = key.rlike("(/|_\\$folder\\$)$").and(coalesce(length, lit(0L)).equalTo(0L));
    Column leftOut =
        when(isOld, lit("OLD_VERSIONS"))
            .when(isMarker, lit("FOLDER_MARKERS"))
            .when(key.rlike("(^|/)(_|\\.(?!\\.?(/|$)))"), lit("HIDDEN"));
    Column isFault = key.isNull().or(length.isNull().and(size.cast("string").notEqual("")));
    return report.select(
        concat(lit("s3a://"), col("bucket"), lit("/"), coalesce(key, col(RAW_KEY), lit("")))
            .as(ListedRows.PATH),
        when(leftOut.isNotNull(), lit(1L)).otherwise(length).as(ListedRows.LENGTH),
        unix_millis(optional(present, "last_modified_date").try_cast("timestamp"))
            .as(ListedRows.MODIFIED_AT),
        optional(present, "e_tag").cast("string").as(ListedRows.ETAG),
        ListedRows.carried(List.of()),
        when(isFault, when(key.isNull(), lit("BAD_PATH")).otherwise(lit("BAD_VALUE")))
            .as(ListedRows.FAULT_CODE),
        when(
                isFault,
                concat(
                    lit(manifest + ": found "),
                    when(key.isNull(), lit("a key that is not URL-encoded"))
                        .otherwise(concat(lit("the size '"), size, lit("', expected bytes")))))
            .as(ListedRows.FAULT),
        leftOut.as(ListedRows.LEFT_OUT));
  }

  private static Column optional(Set<String> present, String name) {
    return present.contains(name) ? col(name) : lit(null);
  }
}
