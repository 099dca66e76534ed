/**
 * The tables of runs: schemas, staging of rows, Parquet folders and Iceberg tables that readers
 * see, and the scored index, which lists the source objects that published runs have scored.
 *
 * <p>Entry type: {@link io.repvit.table.Destination}. This package must not know how a run is
 * planned or divided into waves.
 */
@NullMarked
package io.repvit.table;

import org.jspecify.annotations.NullMarked;
