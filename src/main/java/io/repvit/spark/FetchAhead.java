package io.repvit.spark;

import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects ahead of their consumer, within a {@link FetchWindow}, in order. Its threads only
 * wait for storage. Closing interrupts reads in flight and waits for their streams to be closed.
 */
final class FetchAhead implements Iterator<Fetched>, AutoCloseable {
  private record InFlight(Future<Fetched> result, long length) {}

  private final Iterator<ImageObject> objects;
  private final ObjectReader reader;
  private final FetchWindow window;
  private final ExecutorService threads;
  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private long bytesInFlight;
  private @Nullable ImageObject next;

  FetchAhead(Iterator<ImageObject> objects, ObjectReader reader, FetchWindow window) {
    this.objects = objects;
    this.reader = reader;
    this.window = window;
    threads = FetchThreads.pool(window.objects());
  }

  @Override
  public boolean hasNext() {
    fill();
    return !inFlight.isEmpty();
  }

  @Override
  public Fetched next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    InFlight head = inFlight.remove();
    bytesInFlight -= head.length();
    try {
      return head.result().get();
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
    while (inFlight.size() < window.objects()) {
      if (next == null) {
        if (!objects.hasNext()) {
          return;
        }
        next = objects.next();
      }
      ImageObject object = next;
      if (!inFlight.isEmpty() && bytesInFlight + object.length() > window.bytes()) {
        return;
      }
      inFlight.add(new InFlight(threads.submit(() -> reader.read(object)), object.length()));
      bytesInFlight += object.length();
      next = null;
    }
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
