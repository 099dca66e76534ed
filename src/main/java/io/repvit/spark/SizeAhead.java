package io.repvit.spark;

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
final class SizeAhead implements Iterator<ImageObject>, AutoCloseable {
  private final Iterator<ImageObject> objects;
  private final ObjectReader reader;
  private final int inFlight;
  private final ExecutorService threads;
  private final ArrayDeque<Future<ImageObject>> sized = new ArrayDeque<>();

  /**
   * @param inFlight requests at a time
   */
  SizeAhead(Iterator<ImageObject> objects, ObjectReader reader, int inFlight) {
    this.objects = objects;
    this.reader = reader;
    this.inFlight = inFlight;
    threads = FetchThreads.pool(inFlight);
  }

  @Override
  public boolean hasNext() {
    while (sized.size() < inFlight && objects.hasNext()) {
      ImageObject object = objects.next();
      sized.add(
          object.length() == ImageObject.UNKNOWN
              ? threads.submit(() -> sized(object))
              : CompletableFuture.completedFuture(object));
    }
    return !sized.isEmpty();
  }

  @Override
  public ImageObject next() {
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

  private ImageObject sized(ImageObject object) {
    try {
      return reader.sized(object);
    } catch (IOException e) {
      return object;
    }
  }

  @Override
  public void close() {
    FetchThreads.stop(threads);
  }
}
