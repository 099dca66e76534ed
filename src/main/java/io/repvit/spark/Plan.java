package io.repvit.spark;

import java.util.OptionalLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** What a run reads, cut into partitions, and how a task reads it. */
public sealed interface Plan extends AutoCloseable permits ObjectPlan, TablePlan {

  /** What was listed: objects, shards or rows. */
  long entries();

  /** Images in them; nothing for shards, of which reading alone tells. */
  OptionalLong images();

  /** Images that went to quarantine in earlier runs as they are now, and are tried again. */
  long failedBefore();

  /** Sum of the listed lengths, bytes. */
  long length();

  /** What was listed, for people. */
  String summary();

  /**
   * What is left of this when what is scored is left out. It uses the files of this, which is what
   * the caller closes, afterwards.
   */
  Plan without(Scored scored, SparkSession spark);

  /** The partitions, and how they are read. */
  Partitions<?> partitions(JavaSparkContext context, ClassifyOptions options);

  @Override
  void close();

  /**
   * Where the images of a run are.
   *
   * @param rdd one partition per task
   * @param source how a task reads one
   */
  record Partitions<T>(JavaRDD<T> rdd, ImageSource<T> source) {}
}
