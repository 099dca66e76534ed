package io.repvit.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One copy from a slow source, with a bar on standard error. A source that stays silent for too
 * long is closed, which ends the copy with an exception.
 */
final class Transfer implements AutoCloseable {

  /** Chunks are small beside what a second transfers, large beside the cost of a call. */
  private static final int CHUNK_BYTES = 1 << 16;

  private static final int BAR_WIDTH = 30;

  /** Between two bars; a file that is here sooner shows none. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final InputStream in;
  private final long from;
  private final long total;
  private final PrintWriter err;
  private final Duration stall;
  private final long start = System.nanoTime();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(Transfer::daemon);
  private volatile long position;
  private volatile boolean stalled;
  private volatile long lastByte = System.nanoTime();

  /**
   * @param in closed by whoever opened it
   * @param from bytes that are there already
   * @param total bytes at the end, or less than 0 if nobody knows
   * @param stall silence after which the source is closed
   */
  Transfer(InputStream in, long from, long total, Duration stall, PrintWriter err) {
    this.in = in;
    this.from = from;
    this.total = total;
    this.err = err;
    this.stall = stall;
    this.position = from;
    long interval = Math.min(INTERVAL.toMillis(), Math.max(1, stall.toMillis() / 2));
    watch.scheduleAtFixedRate(this::watch, interval, interval, TimeUnit.MILLISECONDS);
  }

  /**
   * Copies to the end.
   *
   * @throws SettingsException if more than {@code maxBytes} come, those before included
   */
  void copy(OutputStream out, long maxBytes) throws IOException, SettingsException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int n = read(chunk); n >= 0; n = read(chunk)) {
      if (position + n > maxBytes) {
        throw new SettingsException(
            "checkpoint has more than %d bytes, which are the most that are read"
                .formatted(maxBytes));
      }
      out.write(chunk, 0, n);
      position += n;
      lastByte = System.nanoTime();
    }
  }

  private int read(byte[] chunk) throws IOException {
    try {
      return in.read(chunk);
    } catch (IOException e) {
      throw stalled ? new IOException("no byte came for %d ms".formatted(stall.toMillis()), e) : e;
    }
  }

  /** Ends the watch. */
  @Override
  public void close() {
    watch.shutdownNow();
  }

  private void watch() {
    if (System.nanoTime() - lastByte > stall.toNanos()) {
      stalled = true;
      try {
        in.close();
      } catch (IOException e) {
        err.println("checkpoint: the silent source cannot be closed: " + e.getMessage());
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    err.println(bar(position, total, (position - from) / seconds));
    err.flush();
  }

  /** As {@code checkpoint: [#####.........] 36 %, 34.2 of 95.3 MB, 11.4 MB/s}. */
  static String bar(long position, long total, double bytesPerSecond) {
    String mb = "%.1f%s MB, %.1f MB/s";
    if (total <= 0) {
      return String.format(
          Locale.ROOT, "checkpoint: " + mb, position / 1e6, "", bytesPerSecond / 1e6);
    }
    double done = Math.min(1, (double) position / total);
    int filled = (int) (done * BAR_WIDTH);
    return String.format(
        Locale.ROOT,
        "checkpoint: [%s%s] %.0f %%, " + mb,
        "#".repeat(filled),
        ".".repeat(BAR_WIDTH - filled),
        100 * done,
        position / 1e6,
        String.format(Locale.ROOT, " of %.1f", total / 1e6),
        bytesPerSecond / 1e6);
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task, "checkpoint-transfer");
    thread.setDaemon(true);
    return thread;
  }
}
