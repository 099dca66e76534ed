package io.repvit.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FetchPaceTest {
  private static final long MS = 1_000_000;

  /** Two images are decoded, the third is decoded and the batch inferred. */
  private static final int BATCH = 3;

  @Test
  void readsInFlightAreLatencyOverTimePerObject() {
    FetchPace pace = after(300, 100 * MS, 100 * MS, 24 * MS);
    assertEquals(5, pace.inFlight());
    assertEquals(5 + BATCH, pace.low());
  }

  @Test
  void aSlowStoreIsAskedForTwelveAtOnce() {
    FetchPace pace = after(300, 100 * MS, 100 * MS, 24 * MS);
    assertEquals(12, pace.high() - pace.low());
    assertEquals(5 + 12, pace.threads());
  }

  @Test
  void aLargerBatchIsAskedForAtOnce() {
    var pace = new FetchPace(200, 64);
    assertEquals(64, pace.high() - pace.low());
    assertEquals(64 + 64, pace.threads());
  }

  @Test
  void aStoreFasterThanItsConsumerIsReadOneByOne() {
    FetchPace pace = after(300, MS / 10, MS / 10, 24 * MS);
    assertEquals(1, pace.inFlight());
    assertEquals(1, pace.threads());
  }

  @Test
  void latencyThatVariesNeedsMoreThanItsLongest() {
    FetchPace pace = after(300, 50 * MS, 150 * MS, 24 * MS);
    assertTrue(pace.inFlight() >= 7 && pace.inFlight() <= 14, "in flight " + pace.inFlight());
  }

  @Test
  void theWindowIsNeverPassed() {
    FetchPace pace = after(300, 1000 * MS, 1000 * MS, MS);
    assertEquals(20, pace.inFlight());
    assertEquals(20, pace.low());
    assertEquals(20, pace.high());
    assertEquals(20, pace.threads());
  }

  @Test
  void aBatchIsReadAtOnceBeforeAnythingIsKnown() {
    var pace = new FetchPace(20, BATCH);
    assertEquals(BATCH, pace.inFlight());
    pace.consumed(MS);
    assertEquals(BATCH, pace.inFlight());
    assertEquals(2, new FetchPace(2, BATCH).high());
  }

  @Test
  void thePaceFollowsTheStoreStepByStep() {
    FetchPace pace = after(300, MS, MS, 24 * MS);
    int before = pace.inFlight();
    int steps = 0;
    while (pace.inFlight() < 5) {
      pace.read(100 * MS);
      pace.consumed(24 * MS);
      assertTrue(pace.inFlight() <= before + 1);
      before = pace.inFlight();
      assertTrue(++steps < 20, "in flight after 20 objects: " + before);
    }
    for (int i = 0; i < 60; i++) {
      pace.read(MS);
      pace.consumed(24 * MS);
    }
    assertEquals(1, pace.inFlight());
  }

  /**
   * @param even latency of the reads 0, 2, 4 ...
   * @param odd latency of the others
   * @param perObject mean time of the consumer, of which it spends most once a batch
   */
  private static FetchPace after(int objects, long even, long odd, long perObject) {
    var pace = new FetchPace(20, BATCH);
    for (int i = 0; i < objects; i++) {
      pace.read(i % 2 == 0 ? even : odd);
      pace.consumed(i % BATCH == BATCH - 1 ? perObject * BATCH - 4 * MS / 10 : MS / 5);
    }
    return pace;
  }
}
