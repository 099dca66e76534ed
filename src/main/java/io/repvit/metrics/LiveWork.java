package io.repvit.metrics;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What this JVM has done since it started, for monitoring while it works. It includes the work of
 * tasks that run, and of those that failed; the manifest of a run does not.
 */
public final class LiveWork {
  /** The work of this JVM. */
  public static final LiveWork SHARED = new LiveWork();

  private final Set<Task> running = new HashSet<>();
  private Work ended = Work.NONE;
  private long wavesPlanned;
  private long wavesDone;

  LiveWork() {}

  /** Begins to count a task. The caller closes it. */
  public synchronized Task begin() {
    var task = new Task();
    running.add(task);
    return task;
  }

  /** All work so far. */
  public synchronized Work total() {
    Work total = ended;
    for (Task task : running) {
      total = total.plus(task.work());
    }
    return total;
  }

  /** The driver begins or resumes a run and has to compute {@code waves} waves. */
  public synchronized void wavesPlanned(int waves) {
    wavesPlanned += waves;
  }

  /** The driver has committed a wave. */
  public synchronized void waveDone() {
    wavesDone++;
  }

  /** Waves of all runs of this driver. */
  public synchronized long wavesPlanned() {
    return wavesPlanned;
  }

  /** Waves that this driver has committed. */
  public synchronized long wavesDone() {
    return wavesDone;
  }

  private synchronized void end(Task task) {
    if (running.remove(task)) {
      ended = ended.plus(task.work());
    }
  }

  /** The counters of one task, which other threads may read. */
  public final class Task implements AutoCloseable {
    private final StageTimes.Recorder times = new StageTimes.Recorder();
    private final Map<String, Long> quarantined = new HashMap<>();
    private long predicted;
    private long bytes;

    private Task() {}

    /** Time per stage. */
    public StageTimes.Recorder times() {
      return times;
    }

    /**
     * Counts an image with a prediction.
     *
     * @param length encoded bytes; negative if unknown
     */
    public synchronized void predicted(long length) {
      predicted++;
      bytes += Math.max(0, length);
    }

    /**
     * Counts an image without a prediction.
     *
     * @param reason {@code stage/CODE}
     * @param length encoded bytes; negative if unknown
     */
    public synchronized void quarantined(String reason, long length) {
      quarantined.merge(reason, 1L, Long::sum);
      bytes += Math.max(0, length);
    }

    /** What the task has done so far. */
    public synchronized Work work() {
      var nanos = new TreeMap<String, Long>();
      StageTimes total = times.total(Durations.NONE);
      total.ofTaskThreads().forEach((stage, durations) -> nanos.put(stage, durations.nanos()));
      return new Work(
          predicted,
          quarantined,
          bytes,
          total.infer().count() + total.inferSecond().count(),
          nanos);
    }

    @Override
    public void close() {
      end(this);
    }
  }
}
