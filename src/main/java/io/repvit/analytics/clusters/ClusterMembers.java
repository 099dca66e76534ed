package io.repvit.analytics.clusters;

import static io.repvit.analytics.clusters.ClusterFit.CLUSTER;
import static io.repvit.analytics.clusters.ClusterFit.DISTANCE;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import io.repvit.analytics.clusters.ClusterSummary.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** The first images of each cluster in an order. Spark keeps only these of each partition. */
final class ClusterMembers {
  private ClusterMembers() {}

  /** The images nearest to the centre, nearest first. */
  static Map<Integer, List<Member>> nearest(Dataset<Row> rows, int most) {
    return first(rows, col(DISTANCE).asc(), most);
  }

  /** The images farthest from the centre, farthest first. */
  static Map<Integer, List<Member>> farthest(Dataset<Row> rows, int most) {
    return first(rows, col(DISTANCE).desc(), most);
  }

  private static Map<Integer, List<Member>> first(Dataset<Row> rows, Column order, int most) {
    var members = new HashMap<Integer, List<Member>>();
    Column rank = row_number().over(Window.partitionBy(CLUSTER).orderBy(order, col("path").asc()));
    rows.select(col(CLUSTER), col(DISTANCE), col("path"), col("label"))
        .withColumn("rank", rank)
        .where(col("rank").leq(most))
        .orderBy(CLUSTER, "rank")
        .collectAsList()
        .forEach(
            row ->
                members
                    .computeIfAbsent(row.getInt(0), c -> new ArrayList<>())
                    .add(
                        new Member(
                            row.getString(2), String.valueOf(row.getString(3)), row.getFloat(1))));
    return members;
  }
}
