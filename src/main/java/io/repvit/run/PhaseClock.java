package io.repvit.run;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Measures how long each phase of a run takes, and passes everything on to another observer. */
public final class PhaseClock implements RunObserver {
  /** What goes before the first phase. */
  public static final String START = "start";

  private final RunObserver next;
  private final LongSupplier nanos;
  private final Map<String, Double> ended = new LinkedHashMap<>();
  private String phase = START;
  private long since;

  /** Begins at once. */
  PhaseClock(RunObserver next) {
    this(next, System::nanoTime);
  }

  PhaseClock(RunObserver next, LongSupplier nanos) {
    this.next = next;
    this.nanos = nanos;
    since = nanos.getAsLong();
  }

  @Override
  public void enter(Phase entered) throws IOException {
    next.enter(entered);
    long now = nanos.getAsLong();
    ended.merge(phase, (now - since) / 1e9, Double::sum);
    phase = entered.label();
    since = now;
  }

  @Override
  public void resuming(String what) {
    next.resuming(what);
  }

  @Override
  public void planned(OptionalLong images, long done) {
    next.planned(images, done);
  }

  @Override
  public void warn(String message) {
    next.warn(message);
  }

  /** Seconds by phase in their order; the present one so far. */
  Map<String, Double> seconds() {
    var all = new LinkedHashMap<>(ended);
    all.merge(phase, (nanos.getAsLong() - since) / 1e9, Double::sum);
    return all;
  }
}
