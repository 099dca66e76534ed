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

/** All objects of an input, as {@link PlanData} that tasks read too. */
final class ObjectPlan implements Plan {
  private final Input.Objects input;
  private final PlanData data;
  private final LeftOut leftOut;
  private final long failedBefore;

  /**
   * A plan whose files are there.
   *
   * @param input whose source objects were listed
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
   * @param output folders where runs write; the listing leaves them out
   * @param folder where the plan's files are written; nothing is there yet. They stay, for the
   *     caller to delete, even when listing fails
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
  public long entries() {
    return data.objects();
  }

  /** Shards of the same bytes stay where they are: each is read as a whole. */
  @Override
  public Rest without(Optional<Scored> scored, Path folder, SparkSession spark) {
    PlanData.Rest rest =
        data.without(
            scored.map(s -> input.areShards() ? s.shards() : s.objects()),
            !input.areShards(),
            new Path(folder, "left"),
            spark);
    return new Rest(
        new ObjectPlan(input, new Resumption.PlanFiles(rest.data(), leftOut, rest.retried())),
        rest.failed());
  }

  /** Of a shard it is not told, for it is scored when any of its images is. */
  @Override
  public long failedBefore() {
    return input.areShards() ? 0 : failedBefore;
  }

  @Override
  public OptionalLong images() {
    return input.areShards() ? OptionalLong.empty() : OptionalLong.of(entries());
  }

  @Override
  public long length() {
    return data.length();
  }

  @Override
  public LeftOut leftOut() {
    return leftOut;
  }

  @Override
  public String summary() {
    return String.format(Locale.ROOT, "%d objects of %d bytes", entries(), length());
  }

  @Override
  public Partitions<?> partitions(SparkSession spark, int wanted) {
    List<ArrayList<PlanBlock>> partitions = BalancedPartitions.cut(data.blocks(spark), wanted);
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
