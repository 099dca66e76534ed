package io.repvit.run;

import java.io.IOException;
import java.util.OptionalLong;

/** Is notified of the course of a run, on the thread that executes the run. */
public interface RunObserver {
  /** Ignores everything. */
  RunObserver NONE = new RunObserver() {};

  /**
   * The run enters {@code phase}.
   *
   * @throws IOException when the run is to stop instead
   */
  default void enter(Phase phase) throws IOException {}

  /** The run continues with the waves of earlier attempts; {@code what} says how many. */
  default void resuming(String what) {}

  /**
   * The input is planned.
   *
   * @param images of the run; empty when only reading the source objects tells, as of shards
   * @param done images that earlier attempts have classified
   */
  default void planned(OptionalLong images, long done) {}

  /** Something that the user may want to change, in one line. */
  default void warn(String message) {}
}
