package io.repvit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PhaseClockTest {
  @Test
  void eachPhaseHasItsSecondsInOrder() throws Exception {
    var now = new AtomicLong(7);
    var clock = new PhaseClock(RunObserver.NONE, now::get);
    now.addAndGet(2_000_000_000L);
    clock.enter(Phase.LISTING);
    now.addAndGet(500_000_000L);
    clock.enter(Phase.CLASSIFYING);
    now.addAndGet(4_000_000_000L);
    assertEquals("{start=2.0, listing=0.5, classifying=4.0}", clock.seconds().toString());
  }
}
