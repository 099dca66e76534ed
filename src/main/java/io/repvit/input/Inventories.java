package io.repvit.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.url_decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 * Reports of S3 Inventory, by the <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html">
 * layout</a> that AWS documents: a manifest.json names data files in its own bucket. Of versioned
 * buckets the latest versions count. As in a folder, names that start with {@code _} or {@code .}
 * are left out, and so are the markers of folders.
 */
final class Inventories {
  /** Longest manifest that is read: 64 MiB, room for 300,000 data files. */
  private static final int MAX_MANIFEST_BYTES = 64 << 20;

  private Inventories() {}

  static ListedRows of(Input.Inventory input, SparkSession spark) throws InputException {
    SparkSession session = ListedRows.session(spark);
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    List<Dataset<Row>> reports = new ArrayList<>();
    for (String uri : input.uris()) {
      try {
        reports.add(read(new Path(uri), session, configuration));
      } catch (Exception e) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "input %s cannot be read as a manifest of S3 Inventory: %s",
                uri,
                InputException.reason(e)),
            e);
      }
    }
    return ListedRows.of(
        String.join(" ", input.uris()),
        reports.stream().reduce(Dataset::unionByName).orElseThrow(),
        List.of());
  }

  private static Dataset<Row> read(Path uri, SparkSession session, Configuration configuration)
      throws IOException {
    Path manifest = uri.getFileSystem(configuration).makeQualified(uri);
    JsonNode json = json(manifest, configuration);
    List<String> files = new ArrayList<>();
    for (JsonNode file : json.path("files")) {
      // The data files are in the bucket of the manifest; keys count from its root.
      files.add(new Path(new Path(manifest, "/"), file.path("key").asText()).toString());
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("it names no files");
    }
    String[] paths = files.toArray(String[]::new);
    String format = json.path("fileFormat").asText();
    return switch (format.toLowerCase(Locale.ROOT)) {
      case "csv" -> {
        Dataset<Row> csv = session.read().schema(csv(json.path("fileSchema").asText())).csv(paths);
        yield normal(csv.withColumn("key", url_decode(col("key"))));
      }
      case "parquet" -> normal(session.read().parquet(paths));
      case "orc" -> normal(session.read().orc(paths));
      default ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT, "its fileFormat is '%s', expected CSV, ORC or Parquet", format));
    };
  }

  private static JsonNode json(Path manifest, Configuration configuration) throws IOException {
    try (FSDataInputStream in = manifest.getFileSystem(configuration).open(manifest)) {
      return new ObjectMapper().readTree(in.readNBytes(MAX_MANIFEST_BYTES));
    }
  }

  /** CSV has no header; the manifest names its columns, {@code Bucket, Key, LastModifiedDate}. */
  private static StructType csv(String fileSchema) {
    var schema = new StructType();
    for (String name : fileSchema.split(",")) {
      schema = schema.add(snakeCase(name.strip()), "string");
    }
    return schema;
  }

  /** The name that the column has in ORC and Parquet. */
  private static String snakeCase(String name) {
    return name.replace("ETag", "e_tag")
        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
        .toLowerCase(Locale.ROOT);
  }

  private static Dataset<Row> normal(Dataset<Row> report) {
    Set<String> present = Set.copyOf(Arrays.asList(report.columns()));
    Column current = lit(true);
    if (present.contains("is_latest")) {
      current = current.and(col("is_latest").cast("boolean"));
    }
    if (present.contains("is_delete_marker")) {
      current = current.and(not(col("is_delete_marker").cast("boolean")));
    }
    Column visible = not(col("key").rlike("(^|/)[_.]|/$"));
    return report
        .where(current.and(visible))
        .select(
            concat(lit("s3a://"), col("bucket"), lit("/"), col("key")).as(ListedRows.PATH),
            col("size").cast("bigint").as(ListedRows.LENGTH),
            modifiedAt(present).as(ListedRows.MODIFIED_AT),
            optional(present, "e_tag").as(ListedRows.ETAG),
            ListedRows.carried(List.of()));
  }

  private static Column modifiedAt(Set<String> present) {
    return optional(present, "last_modified_date")
        .cast("timestamp")
        .cast("double")
        .multiply(1000)
        .cast("bigint");
  }

  private static Column optional(Set<String> present, String name) {
    return present.contains(name) ? col(name) : lit(null);
  }
}
