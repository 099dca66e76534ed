package io.repvit.analytics.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.when;

import io.repvit.analytics.Checkpoints;
import io.repvit.analytics.neighbours.SimilarPairs;
import io.repvit.table.PublishedRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/** The images of a table, one row each, with what {@link Duplicates} needs of them. */
final class DuplicateImages {
  private final Dataset<Row> table;
  private final Set<String> columns;

  private DuplicateImages(Dataset<Row> table) {
    this.table = table;
    columns = Set.of(table.columns());
  }

  /**
   * Takes the newest row of each path, because a path is one image, also if several runs or models
   * have scored it. A hash or score that the newest row lacks is taken from another row of the same
   * bytes.
   *
   * @return columns id, path, content_sha256, phash, embedding, length, width, height, modified_at,
   *     first_order, second_order; those that the table lacks are null
   */
  static Dataset<Row> of(Dataset<Row> table, Duplicates.Options options, Set<Relation> by) {
    return new DuplicateImages(table).images(options, by);
  }

  private Dataset<Row> images(Duplicates.Options options, Set<Relation> by) {
    Column sharpness = columns.contains("quality") ? col("quality.blurry") : lit(0.0);
    Dataset<Row> known =
        table.withColumn("_phash", column("phash", "bigint")).withColumn("_sharpness", sharpness);
    for (String name : List.of("length", "width", "height")) {
      known = known.withColumn(name, column(name, "bigint"));
    }
    for (String name : List.of("modified_at", "predicted_at")) {
      known = known.withColumn(name, column(name, "timestamp"));
    }
    if (columns.contains("content_sha256")) {
      WindowSpec content = Window.partitionBy("path", "content_sha256");
      known =
          known
              .withColumn("_phash", max("_phash").over(content))
              .withColumn("_sharpness", max("_sharpness").over(content));
    }
    var selected = new ArrayList<Column>();
    selected.add(col("path"));
    selected.add(column("content_sha256", "string"));
    selected.add(col("_phash").as("phash"));
    selected.add(
        by.contains(Relation.SUBJECT)
            ? when(SimilarPairs.comparable(col("embedding")), col("embedding")).as("embedding")
            : lit(null).cast("array<float>").as("embedding"));
    for (String name : List.of("length", "width", "height", "modified_at")) {
      selected.add(col(name));
    }
    List<Column> order = options.keep().order(col("_sharpness"));
    Dataset<Row> one =
        PublishedRows.newest(
            known
                .withColumn("_first_order", order.get(0))
                .withColumn("_second_order", order.get(1)),
            List.of("path"),
            column("content_sha256", "string").asc());
    selected.add(col("_first_order").as("first_order"));
    selected.add(col("_second_order").as("second_order"));
    return Checkpoints.of(
        one.select(selected.toArray(Column[]::new))
            .withColumn("id", monotonically_increasing_id()));
  }

  private Column column(String name, String type) {
    return (columns.contains(name) ? col(name) : lit(null)).cast(type).as(name);
  }
}
