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
 * Asks the store for the length of those objects whose input does not tell it: on S3A a HEAD each,
 * several in flight. Whoever fetches needs it, to stay within bounds. What cannot be told stays
 * unknown, and reading it tells why.
 */
final class SizeAhead implements Iterator<SourceObject>, AutoCloseable {
  /** Requests at a time: 16, at 100 ms each 160 lengths per second. */
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
      throw new IllegalStateException("a length was neither found nor not", e);
    }
  }

  private SourceObject sized(SourceObject object) {
    try {
      return reader.sized(object);
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
      return object; // reading it says why
    }
  }

  @Override
  public void close() {
    FetchThreads.stop(threads);
  }
}
