package io.repvit.table;

import java.util.Locale;

/**
 * Which files a {@link Compaction} rewrites.
 *
 * @param targetBytes approximate length of the new files, at least 1 MiB
 * @param leastFiles smallest number of files of both tables that are rewritten together, at least 3
 */
public record CompactionRule(long targetBytes, int leastFiles) {
  private static final long MIN_BYTES = 1L << 20;

  /** Each of the two tables of a run has a file. */
  private static final int MIN_FILES = 3;

  public CompactionRule {
    if (targetBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "target-file-size is %d, expected at least %d", targetBytes, MIN_BYTES));
    }
    if (leastFiles < MIN_FILES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "least-files is %d, expected at least %d", leastFiles, MIN_FILES));
    }
  }
}
