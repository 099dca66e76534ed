package io.repvit.run;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;

import io.repvit.image.MeasureOptions;
import io.repvit.table.PredictionTable;
import io.repvit.table.QuarantineTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Published runs as they stand below an output, without the work of making them. */
public final class ManyRuns {
  private static final String DATE = "2026-01-01";

  private ManyRuns() {}

  /**
   * Writes runs that scored one night after another what was new: the image {@code i} of run {@code
   * r} is {@code s3a://photos/<hash of both>.jpg}, as uploads with random names are. Embeddings are
   * left out.
   *
   * @param images of each run
   */
  public static void write(
      SparkSession spark, Path output, int runs, int images, String modelSha256, String treatment)
      throws IOException {
    Dataset<Row> rows =
        spark
            .range(0, (long) runs * images, 1, Math.max(2, runs / 25))
            .withColumn("run_date", lit(DATE))
            .withColumn("run_id", format_string("r%05d", expr("id div " + images)));
    table(rows, PredictionTable.columns(false, MeasureOptions.NONE), modelSha256, treatment)
        .write()
        .partitionBy("run_date", "run_id")
        .option("compression", "zstd")
        .parquet(output.resolve(PredictionTable.NAME).toString());
    table(
            rows.where(pmod(col("id"), lit(images)).equalTo(0)),
            QuarantineTable.SCHEMA,
            modelSha256,
            treatment)
        .withColumn("path", concat(col("path"), lit(".txt")))
        .write()
        .partitionBy("run_date", "run_id")
        .option("compression", "zstd")
        .parquet(output.resolve(QuarantineTable.NAME).toString());
    for (int run = 0; run < runs; run++) {
      Path folder = output.resolve("runs/run_date=%s/run_id=r%05d".formatted(DATE, run));
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("manifest.json"), "{}\n");
    }
  }

  /** The path of an image, as SQL over its number. */
  public static String path() {
    return "concat('s3a://photos/', sha2(cast(id as string), 256), '.jpg')";
  }

  /** The ETag of an image, as SQL over its number. */
  public static String etag() {
    return "concat('\"', md5(cast(id as string)), '\"')";
  }

  private static Dataset<Row> table(
      Dataset<Row> rows, StructType schema, String modelSha256, String treatment) {
    Column[] columns = new Column[schema.length() + 2];
    for (int i = 0; i < schema.length(); i++) {
      StructField field = schema.fields()[i];
      Column value =
          switch (field.name()) {
            case "path" -> expr(path());
            case "etag" -> expr(etag());
            case "length" -> lit(100_000L);
            case "modified_at", "predicted_at" -> lit("2026-01-01 00:00:00").cast("timestamp");
            case "content_sha256" -> expr("sha2(cast(id as string), 256)");
            case "model_sha256" -> lit(modelSha256);
            case "preprocessing" -> lit(treatment);
            case "stage" -> lit("decode");
            case "code" -> lit("UNRECOGNISED");
            case "carried" -> expr("map()").cast(field.dataType());
            case "top_k" -> array().cast(field.dataType());
            case "embedding" -> lit(null).cast(field.dataType());
            default -> lit("1").cast(field.dataType());
          };
      columns[i] = value.as(field.name());
    }
    columns[schema.length()] = col("run_date");
    columns[schema.length() + 1] = col("run_id");
    return rows.select(columns);
  }
}
