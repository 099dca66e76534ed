package io.repvit.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * All objects of an input, in files of a folder that tasks read too. The driver keeps {@link
 * PlanBlock}s. Closing deletes the files.
 */
public final class ObjectPlan implements AutoCloseable {
  /** Listings at a time, each with a file of its own: 16. They wait for the network. */
  private static final int LISTINGS = 16;

  private final Path folder;
  private final Configuration configuration;
  private final List<PlanBlock> blocks = new ArrayList<>();
  private int segments;

  private ObjectPlan(Path folder, Configuration configuration) {
    this.folder = folder;
    this.configuration = configuration;
  }

  /**
   * Lists what {@code inputs} reach. Neighbouring sources are listed by one thread into one file;
   * sources that they find, such as folders in folders, are listed afterwards in the same way, so
   * that the plan of an input does not depend on the threads' pace.
   *
   * @param inputs URIs of folders or single objects, or globs of them
   * @param folder where the plan's files are written; nothing stands there yet
   * @throws InputException when an input is malformed, missing or unreadable
   * @throws IOException when the plan cannot be written
   */
  public static ObjectPlan of(List<String> inputs, Path folder, Configuration configuration)
      throws InputException, IOException {
    var plan = new ObjectPlan(folder, configuration);
    ExecutorService threads = Executors.newFixedThreadPool(LISTINGS);
    try {
      List<ObjectSource> sources = ImageListing.of(inputs, configuration);
      while (!sources.isEmpty()) {
        sources = plan.list(sources, threads);
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
  private static void add(PlanSegment segment, ImageObject object) {
    try {
      segment.add(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many objects there are. */
  public long objects() {
    return blocks.stream().mapToLong(PlanBlock::objects).sum();
  }

  /** Sum of their known lengths, bytes. */
  public long length() {
    return blocks.stream().mapToLong(PlanBlock::length).sum();
  }

  /** Size of the plan itself, bytes. */
  public long encodedBytes() {
    return blocks.stream().mapToLong(PlanBlock::bytes).sum();
  }

  /**
   * Partitions that cost about the same.
   *
   * @param wanted how many, or 0 for four per slot, or more where they would have more than 16,384
   *     objects
   */
  List<ArrayList<PlanBlock>> partitions(int wanted, int slots) {
    return BalancedPartitions.cut(
        blocks, wanted > 0 ? wanted : BalancedPartitions.count(objects(), slots));
  }

  @Override
  public void close() throws IOException {
    if (segments > 0) {
      folder.getFileSystem(configuration).delete(folder, true);
    }
  }
}
