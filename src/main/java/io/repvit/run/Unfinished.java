package io.repvit.run;

/** What becomes of that which earlier attempts of a run have done. */
public enum Unfinished {
  /** The run goes on from there. */
  RESUME,
  /** It is dropped, and the run begins anew. */
  DISCARD
}
