package io.repvit.run;

import java.time.LocalDate;

/** Which unfinished runs an attempt may go on with when it was not told which run it is at. */
public enum Adoption {
  /** None but the run whose name was given. */
  NONE,
  /** Those of the date that was given. */
  SAME_DATE,
  /** Those of any date. */
  ANY_DATE;

  /** Whether a run of {@code found} may be gone on with by an attempt of {@code given}. */
  public boolean admits(LocalDate found, LocalDate given) {
    return this == ANY_DATE || (this == SAME_DATE && found.equals(given));
  }
}
