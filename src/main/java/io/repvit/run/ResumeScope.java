package io.repvit.run;

import java.time.LocalDate;

/** Which unfinished runs an attempt may resume instead of its own run. */
public enum ResumeScope {
  /** Only the run with the given name and date. */
  THIS_RUN,
  /** Unfinished runs of the given date. */
  SAME_DATE,
  /** Unfinished runs of any date. */
  ANY_DATE;

  /** Whether an attempt at a run of {@code given} may resume a run of {@code found}. */
  boolean admits(LocalDate found, LocalDate given) {
    return this == ANY_DATE || (this == SAME_DATE && found.equals(given));
  }
}
