package io.repvit.table;

import java.io.IOException;
import java.util.List;

/**
 * Makes the tables of a run visible to readers. Only the attempt that holds the run's lease may
 * call it. The run is published when its manifest is written afterwards.
 */
public interface TableCommitter {
  /** Throws if the attempt has lost the lease of the run; then nothing may become visible. */
  interface Permission {
    void require() throws IOException;
  }

  /**
   * Makes the tables visible. They replace tables that an earlier attempt has left under the same
   * key without a manifest.
   *
   * @param tables all tables of the run
   * @param permission required right before anything becomes visible
   * @throws IOException if {@code permission} is refused, before any visible table is changed; or
   *     if it is not certain that the tables are visible; the caller then calls {@link #withdraw}
   */
  void commit(Staging staging, RunKey key, List<StagedTable> tables, Permission permission)
      throws IOException;

  /** Deletes all visible rows of {@code key}, if there are any. */
  void withdraw(RunKey key, List<String> tables) throws IOException;
}
