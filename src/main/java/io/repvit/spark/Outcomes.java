package io.repvit.spark;

import java.io.Serial;
import java.io.Serializable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What became of bytes in one run, on one executor, by their hash, so that identical bytes are
 * scored once. It is broadcast: the tasks of an executor share one, and it goes when the run
 * destroys the broadcast. What was used last stays, within {@link #MAX_BYTES}.
 */
final class Outcomes implements Serializable {
  /** Heap per executor and run: 32 MiB, about 15,000 images with embeddings of 384 numbers. */
  static final long MAX_BYTES = 32L << 20;

  private static final long serialVersionUID = 1;

  private final long maxBytes;
  private final transient Map<String, CompletableFuture<Outcome>> byHash =
      new LinkedHashMap<>(16, 0.75f, true);
  private transient long bytes;

  Outcomes(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** On an executor it begins empty. */
  @Serial
  private Object readResolve() {
    return new Outcomes(maxBytes);
  }

  /**
   * Who finds out what becomes of bytes.
   *
   * @param sha256 their hash, lower-case hex
   * @param mine what the caller will {@link #complete} or {@link #giveUp}, if it is the first
   * @return {@code mine} if the caller is the first; otherwise what the first one will complete,
   *     which is cancelled if it gives up
   */
  synchronized CompletableFuture<Outcome> claim(String sha256, CompletableFuture<Outcome> mine) {
    CompletableFuture<Outcome> first = byHash.putIfAbsent(sha256, mine);
    return first == null ? mine : first;
  }

  /** Ends a claim with what was found. */
  synchronized void complete(String sha256, CompletableFuture<Outcome> mine, Outcome outcome) {
    mine.complete(outcome);
    if (byHash.get(sha256) == mine) {
      bytes += outcome.size();
    }
    Iterator<CompletableFuture<Outcome>> eldest = byHash.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      CompletableFuture<Outcome> next = eldest.next();
      if (next.isDone()) {
        bytes -= next.join().size();
        eldest.remove();
      }
    }
  }

  /** Ends a claim of which nothing comes: whoever asks next is the first again. */
  synchronized void giveUp(String sha256, CompletableFuture<Outcome> mine) {
    byHash.remove(sha256, mine);
    mine.cancel(false);
  }

  /** Bytes that are kept, estimated. */
  synchronized long bytes() {
    return bytes;
  }
}
