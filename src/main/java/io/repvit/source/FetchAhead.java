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
 * Reads objects ahead of their consumer, in order, as far as {@link FetchPace} finds needed within
 * a {@link FetchWindow}. Its threads only wait for storage, and there are as many as reads may be
 * in flight: on a local disk one. Closing interrupts reads in flight and waits for their streams to
 * be closed.
 */
public final class FetchAhead implements Iterator<Fetched>, AutoCloseable {
  private record InFlight(Future<Timed> result, long length) {}

  private record Timed(Fetched fetched, long nanos) {}

  private final Iterator<SourceObject> objects;
  private final ObjectReader reader;
  private final long mostBytes;
  private final FetchPace pace;
  private final ThreadPoolExecutor threads;
  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private long bytesInFlight;
  private @Nullable SourceObject next;

  /** When the consumer was given an object that it has now; 0 while it has none. */
  private long given;

  /**
   * @param batch objects that the consumer takes at a time
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
    if (given != 0) {
      pace.consumed(System.nanoTime() - given);
      given = 0;
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
    if (timed.fetched() instanceof Fetched.Bytes) {
      pace.read(timed.nanos());
    }
    given = System.nanoTime();
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
      throw new IllegalStateException("a read ended with neither bytes nor a reason", e);
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
      if (!inFlight.isEmpty() && bytesInFlight + object.length() > mostBytes) {
        return;
      }
      inFlight.add(new InFlight(threads.submit(() -> read(object)), object.length()));
      bytesInFlight += object.length();
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

  /** The task was told to stop while it waited for a read. */
  static final class FetchStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FetchStoppedException(Throwable cause) {
      super("stopped while waiting for a read", cause);
    }
  }
}
