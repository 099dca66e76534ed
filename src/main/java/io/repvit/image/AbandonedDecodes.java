package io.repvit.image;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Counts the decodes of this JVM that timed out and still run, because a native codec cannot be
 * stopped. Each holds the memory of its image. While {@link #MOST} of them run, no image that may
 * time out is decoded. So memory is held for at most one image per task slot and {@code MOST - 1}
 * more.
 */
final class AbandonedDecodes {
  /** Largest number of abandoned decodes; more than 1, so that one that never ends is tolerated. */
  static final int MOST = 2;

  private static int count;
  private static long changed;

  private AbandonedDecodes() {}

  /** Counts a decode until it ends. */
  static void add(CompletableFuture<?> codec) {
    change(1);
    codec.whenComplete((decoded, failure) -> change(-1));
  }

  private static synchronized void change(int by) {
    count += by;
    changed = System.nanoTime();
    AbandonedDecodes.class.notifyAll();
  }

  /**
   * Waits until fewer than {@link #MOST} abandoned decodes run.
   *
   * @param mostMs longest time since the last change of the count, milliseconds
   * @return false when that time has passed; later calls then return false at once
   */
  static synchronized boolean awaitFewer(long mostMs) throws InterruptedException {
    while (count >= MOST) {
      long left = mostMs - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - changed);
      if (left <= 0) {
        return false;
      }
      AbandonedDecodes.class.wait(left);
    }
    return true;
  }

  static synchronized int count() {
    return count;
  }
}
