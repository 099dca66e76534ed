package io.repvit.testing;

import java.time.Duration;

/** Waits for a condition, which it checks every few milliseconds. */
public final class Await {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long POLL_MS = 5;

  private Await() {}

  /** What is awaited. A condition that cannot hold any more may throw. */
  public interface Condition<E extends Exception> {
    boolean holds() throws E;
  }

  /**
   * Returns when {@code condition} holds.
   *
   * @param what the condition in words, for the message of a test that waits in vain
   */
  public static <E extends Exception> void until(String what, Condition<E> condition)
      throws E, InterruptedException {
    if (!within(PATIENCE, condition)) {
      throw new AssertionError("waited " + PATIENCE.toSeconds() + " s in vain until " + what);
    }
  }

  /** Returns true as soon as {@code condition} holds, and false when it does not in time. */
  public static <E extends Exception> boolean within(Duration patience, Condition<E> condition)
      throws E, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(POLL_MS);
    }
    return true;
  }
}
