package io.repvit.table;

import io.repvit.run.LeaseException;
import java.io.IOException;
import java.util.List;

/**
 * Makes the tables of a run visible where people read them. It is asked by the one attempt that
 * holds the run, and afterwards the run's manifest is written, which vouches for it.
 */
public interface Publisher {
  /** Throws when the attempt has lost the lease of the run, so that nothing may become visible. */
  interface Permission {
    void require() throws IOException;
  }

  /**
   * Publishes. What an earlier attempt published under the same key, without a manifest, is
   * replaced.
   *
   * @param tables all of the run
   * @param permission of the attempt, which is asked right before anything becomes visible
   * @throws LeaseException when another attempt has the run; what is visible is left alone
   * @throws IOException when it is not certain that they stand; {@link #withdraw} then cleans up
   */
  void publish(Staging staging, RunKey key, List<StagedTable> tables, Permission permission)
      throws IOException;

  /** Takes back what stands under {@code key}, if anything does. */
  void withdraw(RunKey key, List<String> tables) throws IOException;
}
