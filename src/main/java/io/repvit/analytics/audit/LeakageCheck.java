package io.repvit.analytics.audit;

import static org.apache.spark.sql.functions.bit_count;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.duplicates.HashPairs;
import io.repvit.analytics.neighbours.NeighbourOptions;
import io.repvit.analytics.neighbours.Neighbours;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Images of a set that are in another set, too: with the same bytes, a similar perceptual hash, or
 * a similar embedding. An image is in one row, with the closest image of the other set.
 */
final class LeakageCheck {
  /** What two images have in common, closest first. */
  private enum Relation {
    BYTES("leak_same_bytes", "content_sha256"),
    PICTURE("leak_same_picture", "phash"),
    SUBJECT("leak_same_subject", "embedding");

    private final String issue;
    private final String column;

    Relation(String issue, String column) {
      this.issue = issue;
      this.column = column;
    }
  }

  private static final double HASH_BITS = 64;

  private final Dataset<Row> set;
  private final Dataset<Row> other;
  private final AuditOptions options;
  private final List<Relation> relations = new ArrayList<>();

  /**
   * Prepares the comparison.
   *
   * @param set rows with {@code path} and {@link Labels#COLUMN}
   * @param other likewise
   * @throws UserException if the tables have no column that can be compared
   */
  LeakageCheck(Dataset<Row> set, Dataset<Row> other, AuditOptions options) throws UserException {
    this.set = set;
    this.other = other;
    this.options = options;
    for (Relation relation : Relation.values()) {
      boolean wanted = relation != Relation.SUBJECT || options.cosine() != null;
      if (wanted
          && List.of(set.columns()).contains(relation.column)
          && List.of(other.columns()).contains(relation.column)) {
        relations.add(relation);
      }
    }
    if (options.cosine() != null && !relations.contains(Relation.SUBJECT)) {
      throw new UserException("--cosine is set, but one of the sets has no column embedding");
    }
    if (relations.isEmpty()) {
      throw new UserException(
          "leakage cannot be checked: the sets have neither content_sha256 nor phash in common;"
              + " run classify with --phash");
    }
  }

  Dataset<Row> rows() throws UserException {
    List<Dataset<Row>> found = new ArrayList<>();
    for (Relation relation : relations) {
      found.add(
          switch (relation) {
            case BYTES -> bytes();
            case PICTURE -> pictures();
            case SUBJECT -> subjects();
          });
    }
    Dataset<Row> closest =
        found.stream()
            .reduce(Dataset::unionByName)
            .orElseThrow()
            .groupBy("path")
            .agg(min(struct("relation", "score", "other_path")).as("closest"))
            .join(set.select("path", Labels.COLUMN), "path")
            .join(
                other.select(col("path").as("other_path_of"), col(Labels.COLUMN).as("other_label")),
                col("closest.other_path").equalTo(col("other_path_of")),
                "left");
    Column issue = lit(null).cast("string");
    for (Relation relation : Relation.values()) {
      issue =
          org.apache
              .spark
              .sql
              .functions
              .when(col("closest.relation").equalTo(relation.ordinal()), relation.issue)
              .otherwise(issue);
    }
    return AuditRows.of(
        closest,
        issue,
        col("closest.score"),
        col(Labels.COLUMN),
        new AuditRows.Extra(
            lit(null).cast("string"), lit(null).cast("double"), col("closest.other_path")),
        concat(lit("label in the other set: "), coalesce(col("other_label"), lit("none"))));
  }

  AuditSummary.Leakage summary(Map<String, Long> issues) {
    var leaked = new LinkedHashMap<String, Long>();
    for (Relation relation : relations) {
      leaked.put(relation.issue, issues.getOrDefault(relation.issue, 0L));
    }
    return new AuditSummary.Leakage(other.count(), leaked);
  }

  private Dataset<Row> bytes() {
    return related(
        Relation.BYTES,
        set.select("path", "content_sha256").join(first("content_sha256"), "content_sha256"),
        lit(0.0));
  }

  /** The smallest path of the other set for each value of a column. */
  private Dataset<Row> first(String column) {
    return other.where(col(column).isNotNull()).groupBy(column).agg(min("path").as("other_path"));
  }

  private Dataset<Row> pictures() {
    Dataset<Row> hashes =
        set.select("phash").union(other.select("phash")).where("phash is not null").distinct();
    Dataset<Row> own = set.select("path", "phash").where("phash is not null");
    Dataset<Row> pairs = hashes.select(col("phash"), col("phash").as("other_phash"));
    if (options.hashDistance() > 0) {
      Dataset<Row> near =
          HashPairs.within(
              hashes.select(col("phash").as("hash"), col("phash").as("id")),
              options.hashDistance());
      pairs = pairs.union(near.select("a", "b")).union(near.select("b", "a"));
    }
    Dataset<Row> others = first("phash").withColumnRenamed("phash", "other_phash");
    return related(
        Relation.PICTURE,
        own.join(pairs, "phash").join(others, "other_phash"),
        bit_count(col("phash").bitwiseXOR(col("other_phash"))).divide(HASH_BITS));
  }

  private Dataset<Row> subjects() throws UserException {
    Dataset<Row> nearest =
        Neighbours.ofTable(
                set.select("path", "embedding"),
                other.select("path", "embedding"),
                "leakage",
                NeighbourOptions.DEFAULT.withK(1))
            .rows()
            .where(col("cosine").geq(options.cosine()))
            .withColumnRenamed("neighbour", "other_path");
    return related(Relation.SUBJECT, nearest, lit(1.0).minus(col("cosine").cast("double")));
  }

  private static Dataset<Row> related(Relation relation, Dataset<Row> pairs, Column score) {
    return pairs.select(
        col("path"), lit(relation.ordinal()).as("relation"), score.as("score"), col("other_path"));
  }
}
