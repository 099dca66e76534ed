package io.repvit.job;

import io.repvit.spark.ClassifyRun;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.collection.Iterable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A line on standard error whenever executors tell how far they are: with each heartbeat (every ten
 * seconds by default) and at each task's end.
 */
final class Progress extends SparkListener {
  private final PrintWriter err;
  private final OptionalLong total;
  private final long before;
  private final long start = System.nanoTime();
  private final Map<Long, Long> imagesByTask = new HashMap<>();
  private long shown;

  /**
   * @param total images of the run, when that is known before they are read
   * @param before images that earlier attempts have done
   */
  Progress(PrintWriter err, OptionalLong total, long before) {
    this.err = err;
    this.total = total;
    this.before = before;
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(task -> count((long) task._1(), task._4()));
    show();
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo().successful()) {
      count(end.taskInfo().taskId(), end.taskInfo().accumulables());
      show();
    } else {
      imagesByTask.remove(end.taskInfo().taskId());
    }
  }

  private void count(long task, Iterable<AccumulableInfo> accumulables) {
    for (AccumulableInfo info : CollectionConverters.asJava(accumulables)) {
      if (info.name().contains(ClassifyRun.PROGRESS) && info.update().isDefined()) {
        imagesByTask.put(task, (Long) info.update().get());
      }
    }
  }

  private void show() {
    long images = imagesByTask.values().stream().mapToLong(Long::longValue).sum();
    if (images != shown) {
      shown = images;
      long done = before + images;
      double seconds = (System.nanoTime() - start) / 1e9;
      String of =
          total.isPresent()
              ? String.format(
                  Locale.ROOT,
                  " of %d images, %.0f %%",
                  total.getAsLong(),
                  100.0 * done / total.getAsLong())
              : " images";
      err.printf(Locale.ROOT, "classify: %d%s, %.1f images/s%n", done, of, images / seconds);
      err.flush();
    }
  }
}
