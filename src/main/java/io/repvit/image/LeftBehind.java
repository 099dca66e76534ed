package io.repvit.image;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Codecs of this JVM that have not returned though their image was given up. Each holds memory for
 * its image, so no image that may take long is begun while there are {@link #MOST}. That bounds
 * what all of them hold: an image of each task slot and {@code MOST - 1} more.
 */
final class LeftBehind {
  /** One that never returns does not stop the others. */
  static final int MOST = 2;

  private static int count;
  private static long changed;

  private LeftBehind() {}

  /** Counts a codec until it returns. */
  static void add(CompletableFuture<?> codec) {
    change(1);
    codec.whenComplete((decoded, failure) -> change(-1));
  }

  private static synchronized void change(int by) {
    count += by;
    changed = System.nanoTime();
    LeftBehind.class.notifyAll();
  }

  /**
   * Waits until fewer than {@link #MOST} are left.
   *
   * @param mostMs how long to wait for the next of them to return
   * @return false when none has returned for so long; what asks next is told so at once
   */
  static synchronized boolean awaitFewer(long mostMs) throws InterruptedException {
    while (count >= MOST) {
      long left = mostMs - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - changed);
      if (left <= 0) {
        return false;
      }
      LeftBehind.class.wait(left);
    }
    return true;
  }

  static synchronized int count() {
    return count;
  }
}
