package io.repvit.table;

import java.io.Serializable;

/**
 * A Parquet file with rows of one table of a run.
 *
 * @param bytes length of the file
 */
public record StagedFile(String uri, long bytes) implements Serializable {}
