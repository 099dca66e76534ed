package io.repvit.run;

import io.repvit.table.Staging;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of a run. Only the attempt that holds it may change the run.
 *
 * <p>The lease is a numbered file, {@code lease-1}, {@code lease-2} and so on: the attempt that
 * created the file with the highest number has the run. Such a file is created only if there is
 * none of its name, which is atomic on S3, HDFS and local disks, see {@link LeaseFiles#create}. The
 * attempt writes its file again every twelfth of its timeout. An attempt that finds a lease not
 * renewed for longer than the timeout, by the store's clock, takes the run over with the next
 * number; so a killed driver blocks its run for one timeout at most. An attempt that was paused
 * checks for a higher number before it writes a commit record or publishes, and stops.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  private static final int RENEWALS_PER_TIMEOUT = 12;
  private static final long FIRST_POLL_MS = 20;

  private final LeaseFiles files;
  private final Duration timeout;
  private final byte[] content;
  private final ScheduledExecutorService renewals =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "repvit-lease");
            thread.setDaemon(true);
            return thread;
          });
  private Runnable onLoss = () -> {};
  private long number;
  private @Nullable String loss;
  private boolean stopped;

  private Lease(Staging staging, String holder, Duration timeout) {
    files = new LeaseFiles(staging);
    this.timeout = timeout;
    content =
        String.join("\n", staging.attempt(), "" + timeout.toMillis(), holder, "" + Instant.now())
            .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Takes the lease of the run of {@code staging}. Where another attempt has it, waits until that
   * attempt renews it or the longer timeout of the two is over.
   *
   * @param holder application and host of this attempt, for the messages of others
   * @throws LeaseException if another attempt holds the lease
   * @throws IOException when the store fails
   */
  public static Lease take(Staging staging, String holder, Duration timeout) throws IOException {
    var lease = new Lease(staging, holder, timeout);
    boolean taken = false;
    try {
      lease.take();
      lease.renewals.scheduleWithFixedDelay(
          lease::renewOrReport, lease.renewalMs(), lease.renewalMs(), TimeUnit.MILLISECONDS);
      taken = true;
      return lease;
    } finally {
      if (!taken) {
        lease.close();
        staging.clearEmpty();
      }
    }
  }

  private void take() throws IOException {
    LeaseFiles.@Nullable Entry seen = null;
    for (long poll = FIRST_POLL_MS; ; poll = Math.min(2 * poll, renewalMs())) {
      LeaseFiles.Entry newest = files.newest();
      if (newest == null || isStale(newest)) {
        long next = newest == null ? 1 : newest.number() + 1;
        if (files.create(next, content)) {
          number = next;
        }
        newest = files.newest();
        if (newest != null && newest.number() != number) {
          throw occupied(newest); // It was created just now.
        }
        if (number > 0) {
          return;
        }
      } else if (seen == null) {
        seen = newest;
      } else if (!seen.equals(newest)) {
        throw occupied(newest);
      }
      sleep(poll);
    }
  }

  /** By the longer timeout of the two, because the holder renews as rarely as its own one says. */
  private boolean isStale(LeaseFiles.Entry other) throws IOException {
    long limit = Math.max(timeout.toMillis(), files.timeoutMs(other));
    boolean stale = files.now() - other.renewedAt() > limit;
    if (stale) {
      LOG.warn(
          "the attempt of {} has not renewed its lease since {}; this attempt takes the lease over",
          files.holder(other),
          Instant.ofEpochMilli(other.renewedAt()));
    }
    return stale;
  }

  private LeaseException occupied(LeaseFiles.Entry other) {
    return new LeaseException(
        String.format(
            Locale.ROOT,
            "another attempt is at this run: %s; wait for its end, or choose another --run-id",
            files.holder(other)));
  }

  private void requireNewest() throws IOException {
    LeaseFiles.Entry newest = files.newest();
    if (newest == null || newest.number() != number || !files.isOf(newest, content)) {
      throw new LeaseException(
          "another attempt took this run over or ended it, because this attempt did not renew"
              + " its lease for more than "
              + timeout.toSeconds()
              + " s; this attempt has published nothing, start again to see the state of the run");
    }
  }

  /** Sets what is called, on a thread of the lease, when the lease is lost. */
  public synchronized void onLoss(Runnable action) {
    onLoss = action;
  }

  /**
   * Returns while this attempt has the lease.
   *
   * @throws LeaseException when another attempt has it
   * @throws IOException when the store does not answer
   */
  public synchronized void require() throws IOException {
    if (loss != null) {
      throw new LeaseException(loss);
    }
    try {
      requireNewest();
    } catch (LeaseException e) {
      loss = e.getMessage();
      throw e;
    }
  }

  /** Whether the lease of another run does not exist or is older than the longest timeout. */
  public boolean isForgotten(Staging other) throws IOException {
    LeaseFiles.Entry newest = new LeaseFiles(other).newest();
    return newest == null || files.now() - newest.renewedAt() > RunPolicy.MAX_TIMEOUT.toMillis();
  }

  private synchronized void renewOrReport() {
    if (loss != null || stopped) {
      return;
    }
    try {
      require();
      files.renew(number, content);
    } catch (LeaseException e) {
      LOG.error("{}", e.getMessage());
      onLoss.run();
    } catch (IOException | RuntimeException e) {
      LOG.warn("the lease of {} cannot be renewed, trying again", files, e);
    }
  }

  private long renewalMs() {
    return timeout.toMillis() / RENEWALS_PER_TIMEOUT;
  }

  /** Time between two renewals of a lease. */
  static double secondsPerRenewal(Duration timeout) {
    return timeout.toMillis() / 1e3 / RENEWALS_PER_TIMEOUT;
  }

  private static void sleep(long ms) throws IOException {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the lease of a run", e);
    }
  }

  /** Ends the renewals, before the lease is deleted with the staging folder of a finished run. */
  public void stop() {
    renewals.shutdown();
    synchronized (this) {
      stopped = true;
    }
  }

  /** Releases the lease, unless it was {@link #stop}ped. */
  @Override
  public void close() throws IOException {
    boolean open = !stopped && number > 0;
    stop();
    // An attempt that was interrupted releases its lease too.
    Thread.interrupted();
    if (open) {
      try {
        require();
      } catch (LeaseException e) {
        return; // What is there now belongs to another attempt.
      }
      files.deleteUpTo(number);
    }
  }
}
