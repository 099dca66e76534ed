package io.repvit.bench;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.feature.BucketedRandomProjectionLSH;
import org.apache.spark.ml.feature.Normalizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * MLlib's BucketedRandomProjectionLSH on the rows of the benchmark. {@code approxSimilarityJoin}
 * searches the pairs below a distance, here the median distance of the k-th neighbours; the recall
 * is the share of the exact neighbours below it that are among these pairs.
 */
record LshNeighbours(Dataset<Row> table, Dataset<Row> exact, int k) {
  private static final List<Integer> TABLES = List.of(1, 4);

  void measure(PrintWriter out) {
    double cosine =
        exact
            .where(col("rank").equalTo(k))
            .stat()
            .approxQuantile("cosine", new double[] {0.5}, 0)[0];
    double distance = Math.sqrt(2 - 2 * cosine);
    Dataset<Row> wanted =
        exact
            .where(col("cosine").geq(cosine))
            .select(col("path").as("a"), col("neighbour").as("b"))
            .persist(StorageLevel.MEMORY_AND_DISK());
    long all = wanted.count();
    Dataset<Row> vectors =
        new Normalizer()
            .setInputCol("vector")
            .setOutputCol("features")
            .transform(table.select(col("path"), array_to_vector(col("embedding")).as("vector")))
            .select("path", "features");
    for (int tables : TABLES) {
      long start = System.nanoTime();
      Dataset<Row> pairs =
          new BucketedRandomProjectionLSH()
              .setInputCol("features")
              .setOutputCol("hashes")
              .setBucketLength(distance)
              .setNumHashTables(tables)
              .setSeed(15)
              .fit(vectors)
              .approxSimilarityJoin(vectors, vectors, distance, "distance")
              .select(col("datasetA.path").as("a"), col("datasetB.path").as("b"))
              .where(col("a").notEqual(col("b")));
      long found = pairs.join(wanted, new String[] {"a", "b"}, "left_semi").count();
      out.printf(
          Locale.ROOT,
          "  lsh: %d tables, bucket length %.3f: %.1f s, recall %.3f of %,d pairs with a cosine of at"
              + " least %.3f%n",
          tables,
          distance,
          (System.nanoTime() - start) / 1e9,
          found / (double) Math.max(1, all),
          all,
          cosine);
      out.flush();
    }
    wanted.unpersist();
  }
}
