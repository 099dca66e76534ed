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

/** The source objects that a run reads, their partitions, and how a task reads a partition. */
public sealed interface Plan permits ObjectPlan, TablePlan {

  /**
   * Lists an input.
   *
   * @param output the folders that runs write to; the listing leaves them out
   * @param folder the folder for the plan's files; it does not exist yet. The caller deletes it,
   *     also when this method fails
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

  /** Opens the plan that an earlier attempt has written. */
  static Plan of(Input input, Resumption.PlanFiles files) {
    return new ObjectPlan((Input.Objects) input, files);
  }

  /** Number of source objects; for a table, number of rows. */
  long count();

  /** Number of images; empty for shards, because it is known only after reading them. */
  OptionalLong images();

  /** Number of images that earlier runs quarantined in the same version and this run retries. */
  long failedBefore();

  /** Sum of the listed lengths, bytes. */
  long length();

  /** Number of source objects whose length is not known before a task asks for it. */
  long withoutLength(SparkSession spark);

  /** Number of names that the listing left out, by rule. */
  LeftOut leftOut();

  /** One line for people about the size of the plan. */
  String summary();

  /**
   * Removes the source objects that are scored already or would fail again. Neighbours in the
   * result are duplicates, as far as the store reports equal ETags. The result may use the files of
   * this plan.
   *
   * @param scored versions that published runs have scored; empty removes nothing
   * @param folder the folder for the files of the result
   */
  Remainder withoutScored(Optional<ScoredVersions> scored, Path folder, SparkSession spark);

  /**
   * A plan without its scored source objects.
   *
   * @param failed number of objects (rows of a table) that were removed because they would fail
   *     again
   */
  record Remainder(Plan plan, long failed) {}

  /**
   * Divides the plan into partitions. The result is deterministic: the same plan and the same
   * {@code wanted} give the same partitions in the same order, also in another JVM.
   *
   * @param wanted approximate number of partitions
   */
  Partitions<?> partitions(SparkSession spark, int wanted);

  /**
   * The partitions of a run.
   *
   * @param rdd one partition per task
   * @param source reads the images of a partition in a task
   * @param resumption how a later attempt gets the same partitions
   */
  record Partitions<T>(JavaRDD<T> rdd, ImageSource<T> source, Resumption resumption) {}

  /** SHA-256 of the lines of a canonical text, in hexadecimal. */
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
