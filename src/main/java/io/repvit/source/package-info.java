/**
 * Inputs: folders, lists, inventories, tables, and tar and zip shards. The package lists their
 * source objects and reads the bytes of the images ahead of the consumer.
 *
 * <p>Entry types: {@link io.repvit.source.InputFormat} has the input formats, {@link
 * io.repvit.source.Input} is an input of a run, and a task reads images with {@link
 * io.repvit.source.ImageSource}. CONTRIBUTING.md says how to add an input format. The package must
 * not know plans, pixels, models or rows.
 */
@NullMarked
package io.repvit.source;

import org.jspecify.annotations.NullMarked;
