package io.repvit.source;

import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects ahead of their consumer, in order. {@link FetchPace} decides how many reads are in
 * flight, within a {@link FetchWindow}. There is one thread per read in flight, which only waits
 * for storage; on a local disk there is one. Closing interrupts reads in flight and waits until
 * their streams are closed.
 */
public final class FetchAhead implements Iterator<Fetched>, AutoCloseable {
  /** Bytes that an object of unknown length counts at least: 1 MiB. */
  private static final long LEAST_ASSUMED_BYTES = 1 << 20;

  private record InFlight(Future<Timed> result, long length) {}

  private record Timed(Fetched fetched, long nanos) {}

  private final Iterator<SourceObject> objects;
  private final ObjectReader reader;
  private final long mostBytes;
  private final FetchPace pace;
  private final ThreadPoolExecutor threads;
  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private long bytesInFlight;

  /** Bytes that an object of unknown length counts: those of the longest object so far. */
  private long assumed = LEAST_ASSUMED_BYTES;

  private @Nullable SourceObject next;

  /** Time at which the consumer got its current object, in nanoseconds; 0 while it has none. */
  private long givenAt;

  /**
   * @param batch number of objects that the consumer takes at a time
   */
  public FetchAhead(
      Iterator<SourceObject> objects, ObjectReader reader, FetchWindow window, int batch) {
    this.objects = objects;
    this.reader = reader;
    mostBytes = window.bytes();
    pace = new FetchPace(window.objects(), batch);
    threads = FetchThreads.pool(pace.threads());
  }

  @Override
  public boolean hasNext() {
    if (givenAt != 0) {
      pace.consumed(System.nanoTime() - givenAt);
      givenAt = 0;
      if (threads.getCorePoolSize() != pace.threads()) {
        threads.setCorePoolSize(pace.threads());
      }
    }
    if (inFlight.size() <= pace.low()) {
      fill();
    }
    return !inFlight.isEmpty();
  }

  @Override
  public Fetched next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    InFlight head = inFlight.remove();
    bytesInFlight -= head.length();
    Timed timed = await(head.result());
    if (timed.fetched() instanceof Fetched.Bytes read) {
      pace.read(timed.nanos());
      assumed = Math.max(assumed, read.bytes().length);
    }
    givenAt = System.nanoTime();
    return timed.fetched();
  }

  private static Timed await(Future<Timed> result) {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchStoppedException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedIOException) {
        throw new FetchStoppedException(e);
      }
      throw new IllegalStateException("a read failed unexpectedly: " + e.getCause(), e);
    }
  }

  private void fill() {
    while (inFlight.size() < pace.high()) {
      if (next == null) {
        if (!objects.hasNext()) {
          return;
        }
        next = objects.next();
      }
      SourceObject object = next;
      long length = object.length() == SourceObject.UNKNOWN ? assumed : object.length();
      if (!inFlight.isEmpty() && bytesInFlight + length > mostBytes) {
        return;
      }
      inFlight.add(new InFlight(threads.submit(() -> read(object)), length));
      bytesInFlight += length;
      next = null;
    }
  }

  private Timed read(SourceObject object) throws InterruptedIOException {
    long start = System.nanoTime();
    return new Timed(reader.read(object), System.nanoTime() - start);
  }

  @Override
  public void close() {
    FetchThreads.stop(threads);
  }

  /** Thrown when the task is interrupted while it waits for a read. */
  static final class FetchStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FetchStoppedException(Throwable cause) {
      super("stopped while waiting for a read", cause);
    }
  }
}
