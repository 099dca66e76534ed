package io.repvit.analytics.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import io.repvit.UserException;
import io.repvit.analytics.Checkpoints;
import io.repvit.analytics.neighbours.SimilarPairs;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.util.LongAccumulator;

/**
 * Links between images: enough of them to connect all images that are duplicates, and no more than
 * a few per image. Images with equal values are linked with the first of them, so that only
 * different values are compared.
 *
 * @param images rows of {@link DuplicateImages}
 * @param pairs counts the pairs of different hashes
 */
record DuplicateLinks(Dataset<Row> images, Duplicates.Options options, LongAccumulator pairs) {
  /** The links of all relations: columns a, b, which are ids, and relation. */
  Dataset<Row> of(Set<Relation> by) throws UserException {
    Dataset<Row> links =
        images
            .sparkSession()
            .createDataFrame(java.util.List.of(), HashPairs.PAIR)
            .withColumn("relation", lit(""));
    for (Relation relation : by) {
      Dataset<Row> found =
          switch (relation) {
            case BYTES -> withFirst(valued("content_sha256"));
            case PICTURE -> pictures();
            case SUBJECT -> subjects();
          };
      links = links.union(found.withColumn("relation", lit(relation.text())));
    }
    return Checkpoints.of(links);
  }

  /** Images with a value, and the first image with an equal value: columns id, value, first. */
  private Dataset<Row> valued(String column) {
    return valued(images, column);
  }

  private static Dataset<Row> valued(Dataset<Row> images, String column) {
    Column first = min("id").over(Window.partitionBy(column));
    return images.where(col(column).isNotNull()).withColumn("first", first);
  }

  private static Dataset<Row> withFirst(Dataset<Row> valued) {
    return valued.where("id <> first").select(col("id").as("a"), col("first").as("b"));
  }

  private Dataset<Row> pictures() {
    Dataset<Row> hashes = valued(images.select("id", "phash"), "phash");
    if (options.hashDistance() == 0) {
      return withFirst(hashes);
    }
    HashBands bands = HashBands.of(options.hashDistance(), images.count());
    Dataset<Row> different = hashes.where("id = first").select(col("phash").as("hash"), col("id"));
    return withFirst(hashes).union(HashPairs.of(different, new BucketPairs(bands, true, pairs)));
  }

  /** Equal bytes have equal embeddings, because all rows are of one model. */
  private Dataset<Row> subjects() throws UserException {
    Dataset<Row> embedded = images.where("embedding is not null");
    Dataset<Row> contents = valued(embedded.select("id", "content_sha256"), "content_sha256");
    Dataset<Row> equal = withFirst(contents);
    Dataset<Row> different =
        embedded
            .join(equal, col("id").equalTo(col("a")), "left_anti")
            .select(col("id").cast("string").as("path"), col("embedding"));
    Dataset<Row> similar =
        SimilarPairs.connecting(different, options.cosine())
            .select(col("path").cast("bigint").as("a"), col("other").cast("bigint").as("b"));
    return equal.union(similar);
  }
}
