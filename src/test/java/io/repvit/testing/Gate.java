package io.repvit.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds reads of a bucket's objects from a certain one on, so that a run is midway until it is
 * opened.
 */
public final class Gate implements FaultProxy.Rule {
  private static final int MOST_SECONDS = 300;

  private final String bucket;
  private final int passing;
  private final AtomicInteger reads = new AtomicInteger();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  /**
   * @param passing reads that are not held
   */
  public Gate(String bucket, int passing) {
    this.bucket = bucket;
    this.passing = passing;
  }

  @Override
  public FaultProxy.Fate of(FaultProxy.Request request) throws InterruptedException {
    if (request.isGet() && request.bucket().equals(bucket) && reads.incrementAndGet() > passing) {
      reached.countDown();
      open.await();
    }
    return new FaultProxy.Fate.Served();
  }

  /**
   * Returns when a read is held.
   *
   * @param log what {@code run} says, for the case that it ends before
   */
  public void awaitReached(Process run, Path log) throws InterruptedException, IOException {
    for (int seconds = 0; seconds < MOST_SECONDS && run.isAlive(); seconds++) {
      if (reached.await(1, TimeUnit.SECONDS)) {
        return;
      }
    }
    throw new AssertionError("no read was held:\n" + Files.readString(log));
  }

  /** Lets all reads pass. */
  public void open() {
    open.countDown();
  }
}
