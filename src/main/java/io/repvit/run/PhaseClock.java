package io.repvit.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How long each phase of a run takes. */
public final class PhaseClock implements Phase.Observer {
  /** What goes before the first phase. */
  public static final String START = "start";

  private final LongSupplier nanos;
  private final Map<String, Double> ended = new LinkedHashMap<>();
  private String phase = START;
  private long since;

  /** Begins at once. */
  public PhaseClock() {
    this(System::nanoTime);
  }

  PhaseClock(LongSupplier nanos) {
    this.nanos = nanos;
    since = nanos.getAsLong();
  }

  @Override
  public void enter(Phase next) {
    long now = nanos.getAsLong();
    ended.merge(phase, (now - since) / 1e9, Double::sum);
    phase = next.label();
    since = now;
  }

  /** Seconds by phase in their order, the present one so far. */
  public Map<String, Double> seconds() {
    var all = new LinkedHashMap<>(ended);
    all.merge(phase, (nanos.getAsLong() - since) / 1e9, Double::sum);
    return all;
  }
}
