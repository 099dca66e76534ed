/**
 * Data sets as people keep them, to the bytes of one image after another: what an input is, how it
 * is listed and planned without the driver holding it, what was scored before, and how tasks read
 * ahead.
 *
 * <p>Enter by {@link io.repvit.input.Input}, which gives a {@link io.repvit.input.Plan}, whose
 * partitions an {@link io.repvit.input.ImageSource} reads. Knows nothing of pixels, models or rows.
 */
@NullMarked
package io.repvit.input;

import org.jspecify.annotations.NullMarked;
