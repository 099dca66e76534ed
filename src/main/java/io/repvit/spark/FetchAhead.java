package io.repvit.spark;

import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects ahead of their consumer, within a {@link FetchWindow}, in order. Its threads only
 * wait for storage. Closing interrupts reads in flight and waits for their streams to be closed.
 */
final class FetchAhead implements Iterator<Fetched>, AutoCloseable {
  private static final long CLOSE_TIMEOUT_SECONDS = 30;

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
    threads =
        Executors.newFixedThreadPool(
            window.objects(),
            task -> {
              var thread = new Thread(task, "repvit-fetch");
              thread.setDaemon(true);
              return thread;
            });
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
    threads.shutdownNow();
    // A killed task closes with its interrupt mark set, and its streams must end all the same.
    boolean interrupted = Thread.interrupted();
    try {
      if (!threads.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "reads still run " + CLOSE_TIMEOUT_SECONDS + " s after they were told to stop");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The task was told to stop while it waited for a read. */
  static final class FetchStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FetchStoppedException(Throwable cause) {
      super("stopped while waiting for a read", cause);
    }
  }
}
