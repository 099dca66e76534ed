package io.repvit.run;

import java.io.IOException;
import java.util.OptionalLong;

/** Receives the progress of a run, on the thread that executes it. */
public interface RunObserver {
  /** Ignores everything. */
  RunObserver NONE = new RunObserver() {};

  /**
   * The run enters {@code phase}.
   *
   * @throws IOException if the run must stop
   */
  default void enter(Phase phase) throws IOException {}

  /** The run continues with the waves of earlier attempts; {@code what} says how many. */
  default void resuming(String what) {}

  /**
   * The input is planned.
   *
   * @param images number of images; empty if it is not known before the source objects are read, as
   *     with shards
   * @param done number of images in waves that earlier attempts have committed
   */
  default void planned(OptionalLong images, long done) {}

  /** Reports something that the user may want to change, in one line. */
  default void warn(String message) {}
}
