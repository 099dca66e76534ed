package io.repvit.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All objects of an input, in files of a folder that tasks read too. The driver keeps {@link
 * PlanBlock}s. Closing deletes the files.
 */
final class ObjectPlan implements Plan {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectPlan.class);

  /** Listings at a time, each with a file of its own: 16. They wait for the network. */
  private static final int LISTINGS = 16;

  private final ImageSource<ArrayList<PlanBlock>> source;
  private final Predicate<String> meant;
  private final Path folder;
  private final Configuration configuration;
  private final List<PlanBlock> blocks;
  private int segments;
  private long failedBefore;

  private ObjectPlan(
      ImageSource<ArrayList<PlanBlock>> source,
      Predicate<String> meant,
      Path folder,
      Configuration configuration,
      List<PlanBlock> blocks) {
    this.source = source;
    this.meant = meant;
    this.folder = folder;
    this.configuration = configuration;
    this.blocks = blocks;
  }

  /**
   * Lists {@code sources}. Neighbouring ones are listed by one thread into one file; sources that
   * they find, such as folders in folders, are listed afterwards in the same way, so that the plan
   * of an input does not depend on the threads' pace.
   *
   * @param source how a task reads what is listed
   * @param meant which paths are meant
   * @param folder where the plan's files are written; nothing stands there yet
   * @throws InputException when an input is missing or unreadable
   * @throws IOException when the plan cannot be written
   */
  static ObjectPlan of(
      List<ObjectSource> sources,
      ImageSource<ArrayList<PlanBlock>> source,
      Predicate<String> meant,
      Path folder,
      Configuration configuration)
      throws InputException, IOException {
    var plan = new ObjectPlan(source, meant, folder, configuration, new ArrayList<>());
    ExecutorService threads = Executors.newFixedThreadPool(LISTINGS);
    try {
      List<ObjectSource> left = sources;
      while (!left.isEmpty()) {
        left = plan.list(left, threads);
      }
      return plan;
    } catch (InputException | IOException | RuntimeException e) {
      plan.close();
      throw e;
    } finally {
      threads.shutdownNow();
    }
  }

  /** What one thread lists. */
  private record Listed(List<PlanBlock> blocks, List<ObjectSource> found) {}

  private List<ObjectSource> list(List<ObjectSource> sources, ExecutorService threads)
      throws InputException, IOException {
    int shares = Math.min(LISTINGS, sources.size());
    List<Callable<Listed>> work = new ArrayList<>();
    for (int i = 0; i < shares; i++) {
      int from = (int) ((long) sources.size() * i / shares);
      int to = (int) ((long) sources.size() * (i + 1) / shares);
      var file = new Path(folder, "%06d".formatted(segments++));
      work.add(() -> list(sources.subList(from, to), file));
    }
    List<ObjectSource> found = new ArrayList<>();
    try {
      for (Future<Listed> share : threads.invokeAll(work)) {
        blocks.addAll(share.get().blocks());
        found.addAll(share.get().found());
      }
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while listing", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InputException cause) {
        throw cause;
      }
      if (e.getCause() instanceof UncheckedIOException cause) {
        throw cause.getCause();
      }
      throw new IllegalStateException("listing failed: " + e.getCause(), e);
    }
  }

  private Listed list(List<ObjectSource> sources, Path file) throws IOException, InputException {
    List<ObjectSource> found = new ArrayList<>();
    var segment = new PlanSegment(file, configuration);
    try (segment) {
      for (ObjectSource source : sources) {
        found.addAll(source.list(object -> add(segment, object)));
      }
    }
    return new Listed(segment.blocks(), found);
  }

  /** What fails here is the plan, not the input. */
  private void add(PlanSegment segment, ImageObject object) {
    try {
      if (meant.test(object.path())) {
        segment.add(object);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long entries() {
    return blocks.stream().mapToLong(PlanBlock::objects).sum();
  }

  private boolean isPacked() {
    return source instanceof ShardSource;
  }

  @Override
  public Plan without(Scored scored, SparkSession spark) {
    if (blocks.isEmpty()) {
      return this;
    }
    List<Unscored.Left> left =
        Unscored.of(
            partitions(0, spark.sparkContext().defaultParallelism()),
            isPacked() ? scored.packs() : scored.objects(),
            scored.failed(),
            folder,
            spark);
    var plan =
        new ObjectPlan(
            source,
            meant,
            folder,
            configuration,
            left.stream().flatMap(l -> l.blocks().stream()).toList());
    plan.failedBefore = left.stream().mapToLong(Unscored.Left::failed).sum();
    return plan;
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
  public String summary() {
    long bytes = blocks.stream().mapToLong(PlanBlock::bytes).sum();
    return "%d objects of %d bytes; the plan has %d bytes, %.1f per object"
        .formatted(entries(), length(), bytes, (double) bytes / Math.max(1, entries()));
  }

  @Override
  public Partitions<?> partitions(JavaSparkContext context, ClassifyOptions options) {
    List<ArrayList<PlanBlock>> partitions =
        partitions(options.partitions(), context.defaultParallelism());
    return new Partitions<>(context.parallelize(partitions, partitions.size()), source);
  }

  /**
   * Partitions that cost about the same.
   *
   * @param wanted how many, or 0 for four per slot, or more where they would have more than 16,384
   *     objects
   */
  List<ArrayList<PlanBlock>> partitions(int wanted, int slots) {
    return BalancedPartitions.cut(
        blocks, wanted > 0 ? wanted : BalancedPartitions.count(entries(), slots));
  }

  @Override
  public void close() {
    if (segments == 0) {
      return;
    }
    try {
      FileSystem fs = folder.getFileSystem(configuration);
      fs.delete(folder, true);
      Path parent = folder.getParent();
      if (fs.exists(parent) && !fs.listStatusIterator(parent).hasNext()) {
        fs.delete(parent, false);
      }
    } catch (IOException e) {
      // No reason to fail a run that may stand already.
      LOG.warn("the plan {} cannot be deleted", folder, e);
    }
  }
}
