package io.repvit.input;

import io.repvit.metrics.LeftOut;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * All objects of an input, in files of a folder that tasks read too. The driver keeps {@link
 * PlanBlock}s.
 */
final class ObjectPlan implements Plan {
  private final ImageSource<ArrayList<PlanBlock>> source;
  private final List<PlanBlock> blocks;
  private final LeftOut leftOut;
  private final long failedBefore;

  /**
   * A plan whose files stand.
   *
   * @param source how a task reads what was listed
   * @param leftOut names that were left out when it was listed
   * @param failedBefore objects of it that went to quarantine before
   */
  ObjectPlan(
      ImageSource<ArrayList<PlanBlock>> source,
      List<PlanBlock> blocks,
      LeftOut leftOut,
      long failedBefore) {
    this.source = source;
    this.blocks = List.copyOf(blocks);
    this.leftOut = leftOut;
    this.failedBefore = failedBefore;
  }

  /**
   * Lists {@code sources}.
   *
   * @param source how a task reads what is listed
   * @param folder where the plan's files are written; nothing stands there yet. They stay, for the
   *     caller to delete, even when listing fails
   * @throws InputException when an input is missing or unreadable
   * @throws IOException when the plan cannot be written
   */
  static ObjectPlan of(
      List<ObjectSource> sources,
      ImageSource<ArrayList<PlanBlock>> source,
      Path folder,
      Configuration configuration)
      throws InputException, IOException {
    var listing = new PlanListing(folder, configuration);
    listing.list(sources);
    return new ObjectPlan(source, listing.blocks(), listing.leftOut(), 0);
  }

  @Override
  public long entries() {
    return blocks.stream().mapToLong(PlanBlock::objects).sum();
  }

  private boolean isPacked() {
    return source instanceof ShardSource;
  }

  @Override
  public Rest without(Scored scored, Path folder, SparkSession spark) {
    if (blocks.isEmpty()) {
      return new Rest(this, 0);
    }
    List<Unscored.Left> left =
        Unscored.of(shares(spark), isPacked() ? scored.shards() : scored.objects(), folder, spark);
    var plan =
        new ObjectPlan(
            source,
            left.stream().flatMap(l -> l.blocks().stream()).toList(),
            leftOut,
            left.stream().mapToLong(Unscored.Left::retried).sum());
    return new Rest(plan, left.stream().mapToLong(Unscored.Left::failed).sum());
  }

  @Override
  public Plan twinsTogether(Path folder, SparkSession spark) {
    if (isPacked() || blocks.isEmpty()) {
      return this;
    }
    List<PlanBlock> together = Twins.together(shares(spark), folder, spark);
    return together.isEmpty() ? this : new ObjectPlan(source, together, leftOut, failedBefore);
  }

  /** Partitions for work on the plan itself. */
  private List<ArrayList<PlanBlock>> shares(SparkSession spark) {
    int slots = spark.sparkContext().defaultParallelism();
    return BalancedPartitions.cut(blocks, BalancedPartitions.count(entries(), slots, 1));
  }

  /** Of a shard it is not told, for it is scored when any of its images is. */
  @Override
  public long failedBefore() {
    return isPacked() ? 0 : failedBefore;
  }

  @Override
  public OptionalLong images() {
    return isPacked() ? OptionalLong.empty() : OptionalLong.of(entries());
  }

  @Override
  public long length() {
    return blocks.stream().mapToLong(PlanBlock::length).sum();
  }

  @Override
  public LeftOut leftOut() {
    return leftOut;
  }

  @Override
  public String summary() {
    long bytes = blocks.stream().mapToLong(PlanBlock::bytes).sum();
    return String.format(
        Locale.ROOT,
        "%d objects of %d bytes; the plan has %d bytes, %.1f per object",
        entries(),
        length(),
        bytes,
        (double) bytes / Math.max(1, entries()));
  }

  @Override
  public Partitions<?> partitions(JavaSparkContext context, int wanted) {
    List<ArrayList<PlanBlock>> partitions = BalancedPartitions.cut(blocks, wanted);
    return new Partitions<>(
        context.parallelize(partitions, partitions.size()),
        source,
        Plan.fingerprint(partitions.stream()));
  }

  @Override
  public List<PlanBlock> blocks() {
    return blocks;
  }
}
