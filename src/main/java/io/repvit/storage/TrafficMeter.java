package io.repvit.storage;

import io.repvit.metrics.Traffic;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StorageStatistics;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.Statistic;
import org.jspecify.annotations.Nullable;

/**
 * Counts the storage requests of this JVM. Hadoop counts them per file system instance, and the
 * tasks of a JVM share these. {@link #take} therefore returns the requests since the last call by
 * any task: each request is reported once, and the sum over tasks and driver is exact. Requests
 * after the last call in a JVM are not reported.
 */
public final class TrafficMeter {
  /** The meter of this JVM. */
  public static final TrafficMeter SHARED = new TrafficMeter();

  /** Counters of each watched file system at the last {@link #take}. */
  private final Map<FileSystem, Traffic> reported = new WeakHashMap<>();

  /** Counters of all file systems but S3A at the last {@link #take}. */
  private Traffic reportedOthers = Traffic.NONE;

  private volatile @Nullable FileSystem last;

  private TrafficMeter() {}

  /** Counts the requests to {@code fs} from now on. */
  public void watch(FileSystem fs) {
    if (fs != last) {
      watchNew(fs);
      last = fs;
    }
  }

  private synchronized void watchNew(FileSystem fs) {
    if (reported.isEmpty()) {
      reportedOthers = ofOthers();
    }
    reported.computeIfAbsent(fs, TrafficMeter::of);
  }

  /** Counts the requests to the file systems of {@code uris} from now on. */
  public void watch(List<String> uris, Configuration configuration) {
    for (String uri : uris) {
      try {
        watch(new Path(uri).getFileSystem(configuration));
      } catch (IOException | IllegalArgumentException e) {
        // The code that reads or writes the URI reports the failure.
      }
    }
  }

  /** The requests to all watched file systems since the last call in this JVM. */
  public synchronized Traffic take() {
    Traffic taken = Traffic.NONE;
    for (var e : reported.entrySet()) {
      Traffic now = of(e.getKey());
      taken = taken.plus(now.minus(e.getValue()));
      e.setValue(now);
    }
    Traffic now = ofOthers();
    taken = taken.plus(now.minus(reportedOthers));
    reportedOthers = now;
    return taken;
  }

  private static Traffic of(FileSystem fs) {
    if (!(fs instanceof S3AFileSystem s3a)) {
      return Traffic.NONE;
    }
    Map<String, Long> c = Objects.requireNonNull(s3a.getIOStatistics()).counters();
    return new Traffic(
        sum(c, Statistic.ACTION_HTTP_GET_REQUEST),
        sum(c, Statistic.ACTION_HTTP_HEAD_REQUEST),
        sum(
            c,
            Statistic.OBJECT_LIST_REQUEST,
            Statistic.OBJECT_CONTINUE_LIST_REQUESTS,
            Statistic.MULTIPART_UPLOAD_LIST),
        sum(c, Statistic.OBJECT_PUT_REQUESTS, Statistic.MULTIPART_UPLOAD_PART_PUT),
        sum(
            c,
            Statistic.OBJECT_MULTIPART_UPLOAD_INITIATED,
            Statistic.MULTIPART_UPLOAD_COMPLETED,
            Statistic.OBJECT_BULK_DELETE_REQUEST),
        sum(c, Statistic.OBJECT_DELETE_REQUEST, Statistic.OBJECT_MULTIPART_UPLOAD_ABORTED),
        sum(c, Statistic.STORE_IO_REQUEST),
        sum(c, Statistic.STORE_IO_RETRY),
        sum(c, Statistic.STORE_IO_THROTTLED),
        sum(c, Statistic.STREAM_READ_BYTES),
        sum(c, Statistic.STREAM_WRITE_BYTES));
  }

  private static long sum(Map<String, Long> counters, Statistic... statistics) {
    long sum = 0;
    for (Statistic statistic : statistics) {
      sum += counters.getOrDefault(statistic.getSymbol(), 0L);
    }
    return sum;
  }

  /** File systems other than S3A count only bytes, summed over all instances of a scheme. */
  private static Traffic ofOthers() {
    long read = 0;
    long written = 0;
    Iterator<StorageStatistics> all = FileSystem.getGlobalStorageStatistics().iterator();
    while (all.hasNext()) {
      StorageStatistics scheme = all.next();
      if (!scheme.getName().toLowerCase(Locale.ROOT).startsWith("s3a")) {
        read += Objects.requireNonNullElse(scheme.getLong("bytesRead"), 0L);
        written += Objects.requireNonNullElse(scheme.getLong("bytesWritten"), 0L);
      }
    }
    return new Traffic(0, 0, 0, 0, 0, 0, 0, 0, 0, read, written);
  }
}
