/**
 * Decodes and preprocesses images: encoded bytes to normalised pixels, bit for bit as Pillow does.
 *
 * <p>{@link io.repvit.image.ImageDecoder} decodes an image within {@link
 * io.repvit.image.ImageLimits} to a {@link io.repvit.image.DecodedImage}, or throws an {@link
 * io.repvit.image.ImageException}. {@link io.repvit.image.Resampler} resizes, crops and normalises
 * the decoded image into a model's input tensor, as {@link io.repvit.image.Preprocessing}
 * describes. {@link io.repvit.image.ImageMeter} measures the decoded image as CleanVision and
 * ImageHash do. All are used by one thread and reuse their memory. {@link
 * io.repvit.image.ImageFormat} lists the supported formats; to add one, write an {@code ImageCodec}
 * and add a constant there.
 *
 * <p>This is the only package that uses OpenCV. It does not depend on models, files or Spark.
 */
@NullMarked
package io.repvit.image;

import org.jspecify.annotations.NullMarked;
