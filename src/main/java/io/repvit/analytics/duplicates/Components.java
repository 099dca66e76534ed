package io.repvit.analytics.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.repvit.analytics.Checkpoints;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * Connected components of a graph, by alternating large-star and small-star. Each round keeps the
 * components and does not add edges; the graph of the last round is one star per component, whose
 * centre is the least node.
 *
 * <p>Source: Kiveris, Lattanzi, Mirrokni, Rastogi, Vassilvitskii, Connected Components in MapReduce
 * and Beyond, SoCC 2014.
 *
 * @param stars columns {@code id} and {@code root}, the least node of the component, for all other
 *     nodes of components
 * @param rounds until nothing changed, the last one included; 0 if the edges were one chunk
 */
record Components(Dataset<Row> stars, int rounds) {
  /** Edges that a task holds at a time. A graph of no more is solved by one task. */
  private static final int CHUNK = 1_000_000;

  /**
   * Finds the components.
   *
   * @param edges columns {@code a} and {@code b}, bigint; edges may repeat, in both directions
   */
  static Components of(Dataset<Row> edges) {
    return of(edges, CHUNK);
  }

  static Components of(Dataset<Row> edges, int chunk) {
    Dataset<Row> graph = Checkpoints.of(edges.where("a <> b").toDF("a", "b"));
    long size = graph.count();
    if (size <= chunk) {
      return result(Checkpoints.of(contracted(graph.coalesce(1), chunk)), 0);
    }
    // Different from that of any graph.
    Object before = size;
    for (int rounds = 1; ; rounds++) {
      graph = Checkpoints.of(smallStar(largeStar(contracted(graph, chunk))));
      Object after = checksum(graph);
      if (after.equals(before)) {
        return result(graph, rounds);
      }
      before = after;
    }
  }

  private static Components result(Dataset<Row> stars, int rounds) {
    return new Components(stars.toDF("id", "root"), rounds);
  }

  private static Dataset<Row> contracted(Dataset<Row> graph, int chunk) {
    return graph.mapPartitions(new LocalStars(chunk), Encoders.row(HashPairs.PAIR));
  }

  /** Connects the larger neighbours of each node with the least of itself and all neighbours. */
  private static Dataset<Row> largeStar(Dataset<Row> graph) {
    return graph
        .union(graph.select("b", "a"))
        .toDF("node", "neighbour")
        .withColumn("least", least(col("node"), min("neighbour").over(Window.partitionBy("node"))))
        .where(col("neighbour").gt(col("node")))
        .select(col("neighbour").as("a"), col("least").as("b"));
  }

  /** Connects the smaller neighbours of each node, and itself, with the least of them. */
  private static Dataset<Row> smallStar(Dataset<Row> graph) {
    Dataset<Row> stars = graph.withColumn("least", min("b").over(Window.partitionBy("a")));
    return stars
        .select("a", "least")
        .union(stars.select("b", "least"))
        .toDF("a", "b")
        .where(col("a").notEqual(col("b")))
        .distinct();
  }

  private static Row checksum(Dataset<Row> graph) {
    return graph.agg(count(lit(1)), sum(xxhash64(col("a"), col("b")).cast("decimal(20,0)"))).head();
  }
}
