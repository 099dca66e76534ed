/**
 * Encoded bytes to normalised pixels, bit for bit as Pillow does it.
 *
 * <p>{@link io.repvit.image.ImageDecoder} takes an encoded image within {@link
 * io.repvit.image.ImageLimits} to a {@link io.repvit.image.DecodedImage}, or says in an {@link
 * io.repvit.image.ImageException} why not; {@link io.repvit.image.Resampler} takes that to a slot
 * of a model's input as {@link io.repvit.image.Preprocessing} describes it. Both belong to one
 * thread and reuse their memory. {@link io.repvit.image.ImageFormat} lists the encodings; a new one
 * is one {@code ImageCodec} and one line there. The only room that knows OpenCV; it knows nothing
 * of models, files or Spark.
 */
@NullMarked
package io.repvit.image;

import org.jspecify.annotations.NullMarked;
