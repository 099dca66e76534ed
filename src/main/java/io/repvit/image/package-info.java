/**
 * Encoded bytes to normalised pixels, bit for bit as Pillow does it.
 *
 * <p>Described by {@link io.repvit.image.Preprocessing}. The only room that knows OpenCV; it knows
 * nothing of models or Spark.
 */
@NullMarked
package io.repvit.image;

import org.jspecify.annotations.NullMarked;
