package io.repvit.run;

/** How an attempt treats the committed waves of earlier attempts. */
public enum Unfinished {
  /** They are resumed. */
  RESUME,
  /** They are deleted, and the run begins again. */
  DISCARD
}
