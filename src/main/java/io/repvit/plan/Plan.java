package io.repvit.plan;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import io.repvit.source.ImageSource;
import io.repvit.source.Input;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/** What a run reads, cut into partitions, and how a task reads it. */
public sealed interface Plan permits ObjectPlan, TablePlan {

  /**
   * Lists an input.
   *
   * @param output folders where runs write; the listing leaves them out
   * @param folder for the files of the plan; it does not exist yet. The caller deletes it, also
   *     when this fails
   * @throws UserException when the input is malformed, missing or unreadable
   * @throws IOException when the plan cannot be written
   */
  static Plan of(Input input, List<Path> output, Path folder, SparkSession spark)
      throws UserException, IOException {
    if (input instanceof Input.Table table) {
      return TablePlan.of(table, spark);
    }
    return ObjectPlan.of((Input.Objects) input, output, folder, spark);
  }

  /** The plan of an earlier attempt, whose files are there. */
  static Plan of(Input input, Resumption.PlanFiles files) {
    return new ObjectPlan((Input.Objects) input, files);
  }

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
   * What is left of this when what is scored, or would fail again, is left out. Objects of which
   * the store tells that they have the same bytes stand together in it. It may use the files of
   * this.
   *
   * @param scored nothing when everything is left
   * @param folder for the files of what is left
   */
  Rest without(Optional<Scored> scored, Path folder, SparkSession spark);

  /**
   * What is left of a plan.
   *
   * @param failed entries that are left out because they would fail again
   */
  record Rest(Plan plan, long failed) {}

  /**
   * The partitions, and how they are read. The same plan cut for the same number gives the same
   * partitions in the same order, in another JVM too.
   *
   * @param wanted about how many
   */
  Partitions<?> partitions(SparkSession spark, int wanted);

  /**
   * Where the images of a run are.
   *
   * @param rdd one partition per task
   * @param source how a task reads one
   * @param resumption how the next attempt gets the same
   */
  record Partitions<T>(JavaRDD<T> rdd, ImageSource<T> source, Resumption resumption) {}

  /** SHA-256 of lines of canonical text. */
  static String fingerprint(List<String> lines) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      lines.forEach(line -> sha256.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
