package io.repvit.spark;

import io.repvit.input.Fetched;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Images of a task whose bytes another task is scoring just now. */
final class Repeats {
  /** As many may wait, for their bytes are in memory. */
  private static final int MANY = 4;

  private static final long PATIENCE_MS = 100;

  private List<Repeat> waiting = new ArrayList<>();

  /**
   * An image that waits.
   *
   * @param hash of its bytes
   * @param outcome is cancelled when whoever scores the bytes gives up
   */
  record Repeat(Fetched.Bytes fetched, String hash, CompletableFuture<Outcome> outcome) {}

  void add(Repeat repeat) {
    waiting.add(repeat);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  boolean areMany() {
    return waiting.size() >= MANY;
  }

  /** Those that need not wait any more, which are forgotten here. */
  List<Repeat> ended() {
    List<Repeat> ended = new ArrayList<>();
    List<Repeat> left = new ArrayList<>();
    waiting.forEach(repeat -> (repeat.outcome().isDone() ? ended : left).add(repeat));
    waiting = left;
    return ended;
  }

  /** Waits for the first one, for at most {@link #PATIENCE_MS}. */
  void await() throws InterruptedIOException {
    try {
      waiting.get(0).outcome().get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("scoring stopped").initCause(e);
    } catch (TimeoutException | CancellationException e) {
      // The caller looks for itself.
    } catch (ExecutionException e) {
      throw new IllegalStateException("outcomes are completed or cancelled", e);
    }
  }
}
