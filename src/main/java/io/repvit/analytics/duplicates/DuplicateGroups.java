package io.repvit.analytics.duplicates;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.bit_count;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;

/**
 * The rows of {@link Duplicates}: each image with its group and the decision.
 *
 * @param images rows of {@link DuplicateImages}
 * @param links rows of {@link DuplicateLinks}
 * @param stars the groups, see {@link Components}
 */
record DuplicateGroups(Dataset<Row> images, Dataset<Row> links, Dataset<Row> stars) {
  private static final UserDefinedFunction COSINE =
      udf((UDF2<Seq<Float>, Seq<Float>, Float>) DuplicateGroups::cosine, DataTypes.FloatType);

  Dataset<Row> rows(Set<Relation> by) {
    Dataset<Row> members = stars.union(stars.selectExpr("root as id", "root").distinct());
    Dataset<Row> groups =
        members
            .join(images.drop("embedding"), "id")
            .groupBy("root")
            .agg(
                count(lit(1)).as("size"),
                min("path").as("first"),
                min(struct("first_order", "second_order", "path", "phash", "id")).as("kept"))
            .join(
                images.select(col("id").as("kept_id"), col("embedding").as("kept_embedding")),
                col("kept.id").equalTo(col("kept_id")));
    Dataset<Row> relations =
        links
            .select(col("a").as("id"), col("relation"))
            .union(links.select("b", "relation"))
            .groupBy("id")
            .agg(array_sort(collect_set("relation")).as("found"));
    return images
        .join(members.join(groups, "root"), "id", "left")
        .join(relations, "id", "left")
        .select(columns(by));
  }

  private static Column[] columns(Set<Relation> by) {
    Column single = col("root").isNull();
    var columns = new ArrayList<Column>();
    columns.add(col("path"));
    columns.add(when(single, col("path")).otherwise(col("first")).as("group_id"));
    columns.add(coalesce(col("size"), lit(1L)).as("group_size"));
    columns.add(
        when(single.or(col("id").equalTo(col("kept_id"))), "keep")
            .otherwise("drop")
            .as("decision"));
    columns.add(when(single, col("path")).otherwise(col("kept.path")).as("representative"));
    columns.add(coalesce(col("found"), array().cast("array<string>")).as("relations"));
    columns.add(unchecked(by).as("unchecked"));
    columns.add(bit_count(col("phash").bitwiseXOR(col("kept.phash"))).as("hash_distance"));
    columns.add(
        when(single.equalTo(false), COSINE.apply(col("embedding"), col("kept_embedding")))
            .as("cosine"));
    List.of("content_sha256", "phash", "length", "width", "height", "modified_at")
        .forEach(name -> columns.add(col(name)));
    return columns.toArray(Column[]::new);
  }

  /** The relations for which an image has no value. */
  private static Column unchecked(Set<Relation> by) {
    return array_compact(
        array(
            by.stream()
                .map(relation -> when(col(relation.column()).isNull(), relation.text()))
                .toArray(Column[]::new)));
  }

  private static @Nullable Float cosine(@Nullable Seq<Float> a, @Nullable Seq<Float> b) {
    if (a == null || b == null) {
      return null;
    }
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length(); i++) {
      double x = a.apply(i);
      double y = b.apply(i);
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    return (float) (ab / Math.sqrt(aa * bb));
  }
}
