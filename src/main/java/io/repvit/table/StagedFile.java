package io.repvit.table;

import java.io.Serializable;

/**
 * A Parquet file with rows of a run.
 *
 * @param bytes its length
 */
public record StagedFile(String uri, long bytes) implements Serializable {}
