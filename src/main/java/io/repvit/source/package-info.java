/**
 * What an input is, and how its source objects become bytes: folders, lists, inventories, tables,
 * tar and zip shards, read ahead of the consumer.
 *
 * <p>Enter by {@link io.repvit.source.Input}; a task reads through {@link
 * io.repvit.source.ImageSource}. A new kind of input is one type that implements {@link
 * io.repvit.source.Input.Objects}. Knows nothing of plans, pixels, models or rows.
 */
@NullMarked
package io.repvit.source;

import org.jspecify.annotations.NullMarked;
