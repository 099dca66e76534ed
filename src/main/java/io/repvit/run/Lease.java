package io.repvit.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to work at a run, which one attempt has at a time. It needs no more of a store than
 * that a file which was written is listed: attempts queue as in Lamport's bakery (A New Solution of
 * Dijkstra's Concurrent Programming Problem, 1974) with {@link Claims} in place of shared memory,
 * and who finds another attempt before itself gives up. Creating a file only if there is none, of
 * which a lease could be made more simply, is atomic neither in Hadoop's local file system nor in
 * S3A.
 *
 * <p>An attempt writes its beat again every so often. One that has not for its {@code timeout} and
 * that of who asks, by the store's own clock, is voided: a killed driver blocks its run no longer
 * than that. A void is never taken back, so an attempt that was only paused finds it and stops.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /** Beats in the time after which an attempt that has not beaten is taken for dead. */
  private static final int BEATS_PER_TIMEOUT = 12;

  private static final long FIRST_POLL_MS = 20;

  /** Listings of a folder that ought to have the own ticket. */
  private static final int MOST_LOOKS = 5;

  /**
   * Listings that must agree before anything is concluded from what is not there: two are needed on
   * a store that lists all, more where a listing may leave something out, see {@link #claims}.
   */
  private static final int AGREEING_LOOKS = 4;

  private final FileSystem fs;
  private final Path folder;
  private final String attempt;
  private final Duration timeout;
  private final byte[] holder;
  private final Map<String, Long> firstBeats = new HashMap<>();
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "repvit-lease");
            thread.setDaemon(true);
            return thread;
          });
  private Runnable onLoss = () -> {};
  private Claims.Ticket ticket;
  private @Nullable String loss;
  private boolean stopped;

  private Lease(Staging staging, String holder, Duration timeout) {
    fs = staging.fileSystem();
    folder = staging.lease();
    attempt = staging.attempt();
    this.timeout = timeout;
    ticket = new Claims.Ticket(0, timeout.toMillis(), attempt, 0);
    this.holder = (holder + ", since " + Instant.now()).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Takes the right to work at the run of {@code staging}. Waits for the sign of life of an attempt
   * that is there already, up to {@code timeout} or that of the other if it is longer.
   *
   * @param holder who this is, for those who come later
   * @throws LeaseException when another attempt is at it
   */
  public static Lease take(Staging staging, String holder, Duration timeout) throws IOException {
    var lease = new Lease(staging, holder, timeout);
    boolean taken = false;
    try {
      lease.queue();
      lease.awaitFirst();
      lease.heart.scheduleWithFixedDelay(
          lease::tick, lease.beatMs(), lease.beatMs(), TimeUnit.MILLISECONDS);
      taken = true;
      return lease;
    } finally {
      if (!taken) {
        lease.close();
        staging.clearEmpty();
      }
    }
  }

  private void queue() throws IOException {
    Path choosing = Claims.choosing(folder, attempt);
    write(choosing, holder);
    try {
      long number = 1;
      for (int look = 0; look < AGREEING_LOOKS; look++) {
        number = Math.max(number, Claims.in(fs, folder).next());
      }
      ticket = new Claims.Ticket(number, timeout.toMillis(), attempt, 0);
      write(Claims.ticket(folder, ticket), holder);
      beat();
    } finally {
      // Also of an interrupted thread: while this stands, later attempts wait.
      Thread.interrupted();
      fs.delete(choosing, false);
    }
  }

  private void awaitFirst() throws IOException {
    for (long poll = FIRST_POLL_MS; ; poll = Math.min(2 * poll, beatMs())) {
      Claims claims = claims();
      Claims.Ticket own = own(claims);
      for (Claims.Ticket other : earlier(claims)) {
        requireNoSignOfLife(other);
        if (isStale(other, own)) {
          declareDead(other.attempt(), other.beatAt());
        }
      }
      for (var other : claims.choosing().entrySet()) {
        if (own.beatAt() - other.getValue() > timeout.toMillis()) {
          declareDead(other.getKey(), other.getValue());
        }
      }
      if (isFirst(claims)) {
        return;
      }
      sleep(poll);
      beat();
    }
  }

  /** Whoever has chosen by now has its ticket there; who has not will choose a later one. */
  private boolean isFirst(Claims claims) throws IOException {
    for (int look = 1; claims.choosing().isEmpty() && earlier(claims).isEmpty(); look++) {
      if (look == AGREEING_LOOKS) {
        return true;
      }
      sleep(FIRST_POLL_MS);
      claims = claims();
    }
    return false;
  }

  /**
   * What stands there now. S3Proxy 4.1.0 ends a listing early when a file vanishes under it: one
   * without the own ticket counts only if that ticket is gone or void.
   */
  private Claims claims() throws IOException {
    Claims claims = Claims.in(fs, folder);
    for (int look = 1; look < MOST_LOOKS && claims.of(attempt).isEmpty(); look++) {
      if (!stands(ticket)) {
        break;
      }
      claims = Claims.in(fs, folder);
    }
    return claims;
  }

  private boolean stands(Claims.Ticket ticket) throws IOException {
    return fs.exists(Claims.ticket(folder, ticket))
        && !fs.exists(Claims.voiding(folder, ticket.attempt()));
  }

  private List<Claims.Ticket> earlier(Claims claims) throws LeaseException {
    Claims.Ticket own = own(claims);
    return claims.tickets().stream().filter(t -> t.compareTo(own) < 0).toList();
  }

  private Claims.Ticket own(Claims claims) throws LeaseException {
    return claims.of(attempt).orElseThrow(this::taken);
  }

  /**
   * Where a listing left one of them out, two attempts may both have found themselves in the first
   * place. Only the later of the two sees the other before itself, and leaves.
   */
  private void requireFirst(Claims claims) throws IOException {
    Claims.Ticket own = own(claims);
    for (Claims.Ticket other : earlier(claims)) {
      if (!isStale(other, own) && stands(other)) {
        throw occupied(other);
      }
    }
  }

  private LeaseException taken() {
    return new LeaseException(
        "another attempt took this run over or ended it, as nothing was heard of this one for more"
            + " than "
            + timeout.toSeconds()
            + " s; nothing of it is published, start again to see how the run stands");
  }

  private void requireNoSignOfLife(Claims.Ticket other) throws IOException {
    Long first = firstBeats.putIfAbsent(other.attempt(), other.beatAt());
    if (first != null && first != other.beatAt()) {
      throw occupied(other);
    }
  }

  private LeaseException occupied(Claims.Ticket other) {
    return new LeaseException(
        String.format(
            Locale.ROOT,
            "another attempt is at this run: %s; wait for its end, or choose another --run-id",
            holder(other)));
  }

  private String holder(Claims.Ticket other) {
    try {
      return new String(WholeFile.read(fs, Claims.ticket(folder, other)), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "it ends just now";
    }
  }

  private void declareDead(String other, long since) throws IOException {
    LOG.warn("attempt {} is silent since {}, taken for dead", other, Instant.ofEpochMilli(since));
    write(Claims.voiding(folder, other), holder);
  }

  /** By the longer timeout of the two, for that is how often the other one beats. */
  private static boolean isStale(Claims.Ticket other, Claims.Ticket own) {
    return own.beatAt() - other.beatAt() > Math.max(own.timeoutMs(), other.timeoutMs());
  }

  /** Tells when the lease is lost, on a thread of its own. */
  public synchronized void onLoss(Runnable action) {
    onLoss = action;
  }

  /**
   * Returns while the run is this attempt's.
   *
   * @throws LeaseException when it is another's
   * @throws IOException when the store does not answer
   */
  public synchronized void require() throws IOException {
    if (loss != null) {
      throw new LeaseException(loss);
    }
    try {
      requireFirst(claims());
    } catch (LeaseException e) {
      loss = e.getMessage();
      throw e;
    }
  }

  /** Whether the attempts at another run are silent for longer than any timeout is. */
  public boolean isForgotten(Staging other) throws IOException {
    long now = own(claims()).beatAt();
    return now - Claims.in(fs, other.lease()).heardAt() > RunPolicy.MAX_TIMEOUT.toMillis();
  }

  private synchronized void tick() {
    if (loss != null || stopped) {
      return;
    }
    try {
      require();
      beat();
    } catch (LeaseException e) {
      LOG.error("{}", e.getMessage());
      onLoss.run();
    } catch (IOException | RuntimeException e) {
      LOG.warn("the claim {} cannot be renewed, which is tried again", folder, e);
    }
  }

  private void beat() throws IOException {
    write(Claims.beat(folder, attempt), new byte[0]);
  }

  private void write(Path claim, byte[] content) throws IOException {
    try (FSDataOutputStream out = fs.create(claim, true)) {
      out.write(content);
    }
  }

  private long beatMs() {
    return timeout.toMillis() / BEATS_PER_TIMEOUT;
  }

  private static void sleep(long ms) throws IOException {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while waiting for a run", e);
    }
  }

  /** Ends the signs of life, before the claims are deleted with all else of a finished run. */
  public void stop() {
    heart.shutdown();
    synchronized (this) {
      stopped = true;
    }
  }

  /** Leaves the run to others, unless it was {@link #stop}ped. */
  @Override
  public void close() throws IOException {
    boolean open = !stopped;
    stop();
    // Who was interrupted while waiting leaves too.
    Thread.interrupted();
    if (open) {
      for (Path dead : Claims.in(fs, folder).dead()) {
        fs.delete(dead, false);
      }
      fs.delete(Claims.ticket(folder, ticket), false);
      fs.delete(Claims.beat(folder, attempt), false);
    }
  }
}
