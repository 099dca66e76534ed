package io.repvit.table;

import java.util.List;

/**
 * A table of a run whose rows stand ready, in files of one schema.
 *
 * @param name of the table
 * @param files at least one, so that a table without rows has a schema too; in the order of the
 *     rows
 */
public record StagedTable(String name, List<StagedFile> files) {
  public StagedTable {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("table " + name + " has no file, not even an empty one");
    }
    files = List.copyOf(files);
  }
}
