/**
 * The tables of runs: their schemas, how rows are staged and become visible in Parquet folders or
 * Iceberg tables, and which source objects published runs have scored.
 *
 * <p>Enter by {@link io.repvit.table.Destination}. Knows nothing of how a run is planned or
 * divided.
 */
@NullMarked
package io.repvit.table;

import org.jspecify.annotations.NullMarked;
