package io.repvit.source;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Asks the store for the length of objects without a listed length: on S3A one HEAD per object,
 * several in flight. {@link FetchAhead} needs the lengths for its limits. If a request fails, the
 * length stays unknown, and reading the object reports the failure.
 */
final class SizeAhead implements Iterator<SourceObject>, AutoCloseable {
  /** Number of requests in flight: 16. At 100 ms per request that is 160 lengths per second. */
  static final int IN_FLIGHT = 16;

  private final Iterator<SourceObject> objects;
  private final ObjectReader reader;
  private final ExecutorService threads = FetchThreads.pool(IN_FLIGHT);
  private final ArrayDeque<Future<SourceObject>> sized = new ArrayDeque<>();

  SizeAhead(Iterator<SourceObject> objects, ObjectReader reader) {
    this.objects = objects;
    this.reader = reader;
  }

  @Override
  public boolean hasNext() {
    while (sized.size() < IN_FLIGHT && objects.hasNext()) {
      SourceObject object = objects.next();
      sized.add(
          object.length() == SourceObject.UNKNOWN && object.fault() == null
              ? threads.submit(() -> sized(object))
              : CompletableFuture.completedFuture(object));
    }
    return !sized.isEmpty();
  }

  @Override
  public SourceObject next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      return sized.remove().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchAhead.FetchStoppedException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a request failed unexpectedly: " + e.getCause(), e);
    }
  }

  private SourceObject sized(SourceObject object) {
    try {
      return reader.sized(object);
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
      return object; // reading it reports the failure
    }
  }

  @Override
  public void close() {
    FetchThreads.stop(threads);
  }
}
