package io.repvit.input;

import io.repvit.metrics.LeftOut;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** What a run reads, cut into partitions, and how a task reads it. */
public sealed interface Plan permits ObjectPlan, TablePlan {

  /** What was listed: objects, shards or rows. */
  long entries();

  /** Images in them; nothing for shards, of which reading alone tells. */
  OptionalLong images();

  /** Images that went to quarantine in earlier runs as they are now, and are tried again. */
  long failedBefore();

  /** Sum of the listed lengths, bytes. */
  long length();

  /** Names of the input that were left out when it was listed. */
  LeftOut leftOut();

  /** What was listed, for people. */
  String summary();

  /**
   * What is left of this when what is scored, or would fail again, is left out. It uses the files
   * of this.
   *
   * @param folder for the files of what is left
   */
  Rest without(Scored scored, Path folder, SparkSession spark);

  /**
   * What is left of a plan.
   *
   * @param failed entries that are left out because they would fail again
   */
  record Rest(Plan plan, long failed) {}

  /**
   * This in an order in which objects stand together of which the store tells that they have the
   * same bytes, so that one partition has them all. It uses the files of this. Of shards and tables
   * nothing is told, and they stay as they are.
   *
   * @param folder for the files of what has moved
   */
  Plan twinsTogether(Path folder, SparkSession spark);

  /**
   * The partitions, and how they are read. The same plan cut for the same number gives the same
   * partitions in the same order, in another JVM too.
   *
   * @param wanted about how many
   */
  Partitions<?> partitions(JavaSparkContext context, int wanted);

  /** All that must be kept, beside the plan's files, to make the plan anew without listing. */
  List<PlanBlock> blocks();

  /**
   * Where the images of a run are.
   *
   * @param rdd one partition per task
   * @param source how a task reads one
   * @param fingerprint equal when the partitions are; null when that cannot be told, so that nobody
   *     can go on where another has stopped
   */
  record Partitions<T>(JavaRDD<T> rdd, ImageSource<T> source, @Nullable String fingerprint) {}

  /** Of what partitions consist of, as text. */
  static String fingerprint(Stream<?> parts) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      parts.forEach(part -> sha256.update((part + "\n").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
