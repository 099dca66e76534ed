package io.repvit.plan;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import io.repvit.source.ObjectSource;
import io.repvit.source.SourceObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Lists sources into the files of a plan. One thread lists a range of sources into one file. The
 * sources that it finds, such as subfolders, are listed in the next round in the same way.
 * Therefore the plan of an input does not depend on the speed of the threads.
 */
final class PlanListing {
  /** Number of threads, each with a file of its own: 16. They wait for the network. */
  private static final int LISTINGS = 16;

  private final Path folder;
  private final Configuration configuration;
  private LeftOut leftOut = LeftOut.NONE;
  private long objects;
  private long length;
  private int files;

  /**
   * @param folder the folder for the files; it does not exist yet
   */
  PlanListing(Path folder, Configuration configuration) {
    this.folder = folder;
    this.configuration = configuration;
  }

  /**
   * Lists {@code sources}. The files are kept when it fails.
   *
   * @throws UserException when an input is missing or unreadable
   * @throws IOException when the plan cannot be written
   */
  void list(List<ObjectSource> sources) throws UserException, IOException {
    ExecutorService threads = Executors.newFixedThreadPool(LISTINGS);
    try {
      List<ObjectSource> left = sources;
      while (!left.isEmpty()) {
        left = list(left, threads);
      }
      for (ObjectSource source : sources) {
        source.end();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** The data set that was written. */
  PlanData data() {
    return new PlanData(folder.toString(), objects, objects, length);
  }

  /** Number of names that were left out, by rule. */
  LeftOut leftOut() {
    return leftOut;
  }

  /** The result of one thread. */
  private record Listed(long objects, long length, LeftOut leftOut, List<ObjectSource> found) {}

  private List<ObjectSource> list(List<ObjectSource> sources, ExecutorService threads)
      throws UserException, IOException {
    int shares = Math.min(LISTINGS, sources.size());
    List<Callable<Listed>> work = new ArrayList<>();
    for (int i = 0; i < shares; i++) {
      int from = (int) ((long) sources.size() * i / shares);
      int to = (int) ((long) sources.size() * (i + 1) / shares);
      int file = files++;
      work.add(() -> list(sources.subList(from, to), file));
    }
    List<ObjectSource> found = new ArrayList<>();
    try {
      for (Future<Listed> share : threads.invokeAll(work)) {
        Listed listed = share.get();
        objects += listed.objects();
        length += listed.length();
        leftOut = leftOut.plus(listed.leftOut());
        found.addAll(listed.found());
      }
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while listing", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UserException cause) {
        throw cause;
      }
      if (e.getCause() instanceof UncheckedIOException cause) {
        throw cause.getCause();
      }
      throw new IllegalStateException("listing failed: " + e.getCause(), e);
    }
  }

  private Listed list(List<ObjectSource> sources, int number) throws IOException, UserException {
    List<ObjectSource> found = new ArrayList<>();
    var file = new Path(folder, String.format(Locale.ROOT, "%06d.parquet", number));
    var writer = new PlanWriter(file, number, configuration);
    var sink = new WriterSink(writer);
    try (writer) {
      for (ObjectSource source : sources) {
        found.addAll(source.list(sink));
      }
    }
    return new Listed(writer.objects(), writer.length(), new LeftOut(sink.leftOut), found);
  }

  /** Writes objects to a file of the plan, and counts the names that are left out. */
  private static final class WriterSink implements ObjectSource.Sink {
    private final PlanWriter writer;
    private final Map<LeftOut.Rule, Long> leftOut = new EnumMap<>(LeftOut.Rule.class);

    WriterSink(PlanWriter writer) {
      this.writer = writer;
    }

    /** A failure here concerns the plan, not the input, so it is not a {@link UserException}. */
    @Override
    public void accept(SourceObject object) {
      try {
        writer.add(object);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void leaveOut(LeftOut.Rule rule, long names) {
      leftOut.merge(rule, names, Long::sum);
    }
  }
}
