package io.repvit.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Reads shards one after another on its own thread, ahead of the consumer within a {@link
 * FetchWindow}.
 */
final class ShardImages implements ImageSource.Images {

  /** Reads one shard. */
  interface Reader {
    void read(SourceObject shard, Shard.Sink sink) throws IOException;
  }

  private final CountingIterator<SourceObject> shards;
  private final Reader reader;
  private final FetchWindow window;
  private final ExecutorService thread = FetchThreads.pool(1);
  private final ArrayDeque<Fetched> ahead = new ArrayDeque<>();
  private final LongAdder leftOut = new LongAdder();
  private long bytesAhead;
  private @Nullable Future<?> reading;
  private boolean ended;

  ShardImages(Iterator<SourceObject> objects, Reader reader, FetchWindow window) {
    shards = new CountingIterator<>(objects);
    this.reader = reader;
    this.window = window;
  }

  private void readAll() throws InterruptedIOException {
    try {
      while (shards.hasNext()) {
        read(shards.next());
      }
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  private void read(SourceObject shard) throws InterruptedIOException {
    var ahead = new Ahead();
    try {
      reader.read(shard, ahead);
    } catch (IOException e) {
      put(broken(ObjectReader.failed(shard, e), ahead.images));
    }
  }

  /** Receives the images of one shard. */
  private final class Ahead implements Shard.Sink {
    private long images;

    @Override
    public void accept(Fetched image) throws InterruptedIOException {
      images++;
      put(image);
    }

    @Override
    public void leaveOut() {
      leftOut.increment();
    }
  }

  /** The quarantine row of a shard that could not be read to its end. */
  private static Fetched broken(Fetched failed, long images) {
    if (!(failed instanceof Fetched.Failed f)) {
      throw new IllegalStateException("expected a failure");
    }
    Quarantined q = f.row();
    return ObjectReader.failed(
        q.object(),
        q.stage(),
        q.code().equals("IO_ERROR") ? "BROKEN_SHARD" : q.code(),
        String.format(Locale.ROOT, "the shard failed after %d images: %s", images, q.message()));
  }

  private synchronized void put(Fetched image) throws InterruptedIOException {
    long bytes = bytes(image);
    try {
      while (!ahead.isEmpty()
          && (ahead.size() >= window.objects() || bytesAhead + bytes > window.bytes())) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("reading stopped").initCause(e);
    }
    ahead.add(image);
    bytesAhead += bytes;
    notifyAll();
  }

  private static long bytes(Fetched image) {
    return image instanceof Fetched.Bytes b ? b.bytes().length : 0;
  }

  @Override
  public synchronized boolean hasNext() {
    if (reading == null) {
      reading =
          thread.submit(
              () -> {
                readAll();
                return null;
              });
    }
    try {
      while (ahead.isEmpty() && !ended) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchAhead.FetchStoppedException(e);
    }
    if (ahead.isEmpty()) {
      requireNoFailure(reading);
    }
    return !ahead.isEmpty();
  }

  private static void requireNoFailure(Future<?> reading) {
    try {
      reading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchAhead.FetchStoppedException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("reading a shard failed: " + e.getCause(), e);
    }
  }

  @Override
  public synchronized Fetched next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Fetched image = ahead.remove();
    bytesAhead -= bytes(image);
    notifyAll();
    return image;
  }

  @Override
  public synchronized long objectsRead() {
    return shards.count();
  }

  @Override
  public long membersLeftOut() {
    return leftOut.sum();
  }

  @Override
  public void close() {
    FetchThreads.stop(thread);
  }
}
