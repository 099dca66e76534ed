package io.repvit.input;

import io.repvit.metrics.LeftOut;
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
  private final ImageSource<ArrayList<PlanBlock>> source;
  private final PlanData data;
  private final LeftOut leftOut;
  private final long failedBefore;

  /**
   * A plan whose files are there.
   *
   * @param source how a task reads what was listed
   */
  ObjectPlan(ImageSource<ArrayList<PlanBlock>> source, Resumption.PlanFiles files) {
    this.source = source;
    data = files.data();
    leftOut = files.leftOut();
    failedBefore = files.failedBefore();
  }

  /**
   * Lists {@code sources}.
   *
   * @param source how a task reads what is listed
   * @param folder where the plan's files are written; nothing is there yet. They stay, for the
   *     caller to delete, even when listing fails
   * @throws InputException when an input is missing or unreadable
   * @throws IOException when the plan cannot be written
   */
  static ObjectPlan of(
      List<ObjectSource> sources,
      ImageSource<ArrayList<PlanBlock>> source,
      Path folder,
      SparkSession spark)
      throws InputException, IOException {
    var listing =
        new PlanListing(new Path(folder, "listed"), spark.sparkContext().hadoopConfiguration());
    listing.list(sources);
    return new ObjectPlan(source, new Resumption.PlanFiles(listing.data(), listing.leftOut(), 0));
  }

  @Override
  public long entries() {
    return data.objects();
  }

  private boolean isOfShards() {
    return source instanceof ShardSource;
  }

  /** Shards of the same bytes stay where they are: each is read as a whole. */
  @Override
  public Rest without(Optional<Scored> scored, Path folder, SparkSession spark) {
    PlanData.Rest rest =
        data.without(
            scored.map(s -> isOfShards() ? s.shards() : s.objects()),
            !isOfShards(),
            new Path(folder, "left"),
            spark);
    return new Rest(
        new ObjectPlan(source, new Resumption.PlanFiles(rest.data(), leftOut, rest.retried())),
        rest.failed());
  }

  /** Of a shard it is not told, for it is scored when any of its images is. */
  @Override
  public long failedBefore() {
    return isOfShards() ? 0 : failedBefore;
  }

  @Override
  public OptionalLong images() {
    return isOfShards() ? OptionalLong.empty() : OptionalLong.of(entries());
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
        source,
        new Resumption.PlanFiles(data, leftOut, failedBefore));
  }

  PlanData data() {
    return data;
  }
}
