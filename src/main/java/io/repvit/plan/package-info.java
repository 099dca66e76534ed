/**
 * What a run reads, as one Parquet data set: source objects in a fixed order, cut into partitions
 * and waves, without those that published runs have scored. The driver never holds the data set.
 *
 * <p>Enter by {@link io.repvit.plan.Plan}. Knows nothing of pixels, models, tables or runs.
 */
@NullMarked
package io.repvit.plan;

import org.jspecify.annotations.NullMarked;
