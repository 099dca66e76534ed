/**
 * The plan of a run: a Parquet data set of source objects in a fixed order, without those that
 * published runs have scored, divided into partitions and waves. The driver never holds the data
 * set.
 *
 * <p>Entry type: {@link io.repvit.plan.Plan}. The package must not know pixels, models, tables or
 * runs.
 */
@NullMarked
package io.repvit.plan;

import org.jspecify.annotations.NullMarked;
