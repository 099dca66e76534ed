package io.repvit.cli;

import io.repvit.run.Phase;
import io.repvit.run.RunJob;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.collection.Iterable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Prints the progress of a run to standard error: the phase and, while it classifies, the number of
 * images and the estimated time left. Executors report counts with each heartbeat (every ten
 * seconds by default) and at the end of each task.
 */
final class Progress extends SparkListener implements AutoCloseable {
  /** System property that {@code jobs/repvit} sets if standard error is a terminal. */
  static final String TERMINAL = "repvit.terminal";

  private static final long SECONDS_ON_A_TERMINAL = 1;
  private static final long SECONDS_BETWEEN_LINES = 10;

  private final boolean terminal = Boolean.getBoolean(TERMINAL);
  private final StatusLine line;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "repvit-progress");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<Long, Long> imagesByTask = new HashMap<>();
  private Phase phase = Phase.LISTING;
  private OptionalLong total = OptionalLong.empty();
  private long before;
  private Pace pace = new Pace(System.nanoTime());
  private String shown = "";

  Progress(PrintWriter err) {
    line = new StatusLine(err, terminal);
    long seconds = terminal ? SECONDS_ON_A_TERMINAL : SECONDS_BETWEEN_LINES;
    clock.scheduleWithFixedDelay(this::show, seconds, seconds, TimeUnit.SECONDS);
  }

  /**
   * Sets the number of images.
   *
   * @param images number of images of the run; empty if it is not known before they are read
   * @param done number of images of waves that earlier attempts have committed
   */
  synchronized void planned(OptionalLong images, long done) {
    total = images;
    before = done;
  }

  /** Shows the phase that the run enters. */
  synchronized void enter(Phase next) {
    phase = next;
    pace = new Pace(System.nanoTime());
    // The listing phase is shown only if it takes long, so that a refused input prints one line.
    if (terminal || next != Phase.LISTING) {
      show();
    }
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(task -> count((long) task._1(), task._4()));
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo().successful()) {
      count(end.taskInfo().taskId(), end.taskInfo().accumulables());
    } else {
      imagesByTask.remove(end.taskInfo().taskId());
    }
  }

  private void count(long task, Iterable<AccumulableInfo> accumulables) {
    for (AccumulableInfo info : CollectionConverters.asJava(accumulables)) {
      if (info.name().contains(RunJob.PROGRESS) && info.update().isDefined()) {
        imagesByTask.put(task, (Long) info.update().get());
      }
    }
  }

  private synchronized void show() {
    String text = phase == Phase.CLASSIFYING ? classifying() : "";
    String news = phase + text;
    if (terminal || !news.equals(shown)) {
      shown = news;
      line.show("classify: " + phase.label() + text + (phase == Phase.CLASSIFYING ? rest() : ""));
    }
  }

  private long images() {
    return imagesByTask.values().stream().mapToLong(Long::longValue).sum();
  }

  private String classifying() {
    long done = before + images();
    return total.isPresent()
        ? String.format(
            Locale.ROOT,
            " %d of %d images, %.0f %%",
            done,
            total.getAsLong(),
            100.0 * done / Math.max(1, total.getAsLong()))
        : String.format(Locale.ROOT, " %d images", done);
  }

  private String rest() {
    long images = images();
    pace.observe(System.nanoTime(), images);
    String left = total.isPresent() ? pace.left(total.getAsLong() - before - images) : "";
    return pace.perSecond() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            ", %.1f images/s%s",
            pace.perSecond(),
            left.isEmpty() ? "" : ", about " + left + " left");
  }

  @Override
  public void close() {
    clock.shutdownNow();
    synchronized (this) {
      line.close();
    }
  }
}
