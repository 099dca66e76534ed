package io.repvit.table;

import java.util.List;

/**
 * A table of a run whose rows are staged: all files are complete and have one schema.
 *
 * @param name of the table
 * @param files in the order of the rows; at least one, because a table without rows needs a file
 *     with its schema
 */
public record StagedTable(String name, List<StagedFile> files) {
  public StagedTable {
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "table " + name + " has no staged file, expected at least one file without rows");
    }
    files = List.copyOf(files);
  }
}
