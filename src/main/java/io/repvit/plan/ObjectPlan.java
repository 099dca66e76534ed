package io.repvit.plan;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import io.repvit.source.Input;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** The plan of an input of source objects. Its {@link PlanData} is read by the tasks too. */
final class ObjectPlan implements Plan {
  private final Input.Objects input;
  private final PlanData data;
  private final LeftOut leftOut;
  private final long failedBefore;

  /**
   * Opens a plan that was written before.
   *
   * @param input the input whose source objects were listed
   */
  ObjectPlan(Input.Objects input, Resumption.PlanFiles files) {
    this.input = input;
    data = files.data();
    leftOut = files.leftOut();
    failedBefore = files.failedBefore();
  }

  /**
   * Lists the source objects of {@code input}.
   *
   * @param output the folders that runs write to; the listing leaves them out
   * @param folder the folder for the plan's files; it does not exist yet. The caller deletes it,
   *     also when this method fails
   * @throws UserException when an input is missing or unreadable
   * @throws IOException when the plan cannot be written
   */
  static ObjectPlan of(Input.Objects input, List<Path> output, Path folder, SparkSession spark)
      throws UserException, IOException {
    var listing =
        new PlanListing(new Path(folder, "listed"), spark.sparkContext().hadoopConfiguration());
    listing.list(input.sources(spark, output));
    return new ObjectPlan(input, new Resumption.PlanFiles(listing.data(), listing.leftOut(), 0));
  }

  @Override
  public long count() {
    return data.objects();
  }

  /** Duplicates of shards are not grouped, because a shard is always read as a whole. */
  @Override
  public Remainder withoutScored(Optional<ScoredVersions> scored, Path folder, SparkSession spark) {
    PlanData.Remainder remainder =
        data.withoutScored(
            scored.map(s -> input.areShards() ? s.shards() : s.objects()),
            !input.areShards(),
            new Path(folder, "left"),
            spark);
    return new Remainder(
        new ObjectPlan(
            input, new Resumption.PlanFiles(remainder.data(), leftOut, remainder.retried())),
        remainder.failed());
  }

  /** Returns 0 for shards: the number of images that failed in a shard is not known. */
  @Override
  public long failedBefore() {
    return input.areShards() ? 0 : failedBefore;
  }

  @Override
  public OptionalLong images() {
    return input.areShards() ? OptionalLong.empty() : OptionalLong.of(count());
  }

  @Override
  public long length() {
    return data.length();
  }

  @Override
  public long withoutLength(SparkSession spark) {
    return data.withoutLength(spark);
  }

  @Override
  public LeftOut leftOut() {
    return leftOut;
  }

  @Override
  public String summary() {
    return String.format(Locale.ROOT, "%d objects of %d bytes", count(), length());
  }

  @Override
  public Partitions<?> partitions(SparkSession spark, int wanted) {
    List<ArrayList<PlanBlock>> partitions = BalancedPartitions.divide(data.blocks(spark), wanted);
    return new Partitions<>(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(partitions, partitions.size()),
        new PlannedImages(input.images()),
        new Resumption.PlanFiles(data, leftOut, failedBefore));
  }

  PlanData data() {
    return data;
  }
}
