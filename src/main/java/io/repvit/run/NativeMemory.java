package io.repvit.run;

import io.repvit.image.ImageLimits;
import io.repvit.inference.ModelCard;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.LoadedModel;
import java.util.List;

/**
 * The memory that an executor needs outside the heap, MiB: the JVM and the S3 client, the session,
 * and per task slot one inference and one decoded image. Tests measure sessions, images and a whole
 * executor; docs/operations.md has the figures.
 *
 * @param least memory with small images
 * @param most memory with an image of {@code max-image-pixels} in every slot, and one more in an
 *     abandoned decoder
 * @param direct part of {@code most} that is direct memory of the JVM
 */
public record NativeMemory(long least, long most, long direct) {

  /** Code, classes, threads and buffers of an executor without a model. */
  static final long JVM_MIB = 285;

  /** ONNX Runtime and OpenCV after initialisation. */
  static final long LIBRARIES_MIB = 60;

  /** Copies of the model while a session is opened: as read, optimised and rewritten, up to 7. */
  static final double MODELS = 7;

  /** Activations of one inference as a multiple of its float32 input: RepViT-M2.3 needs 15. */
  static final double INPUTS = 16;

  /** Direct memory of a decoded image: RGB, RGB turned upright, and four samples as stored. */
  static final double DIRECT_BYTES_PER_PIXEL = 3 + 3 + 4;

  /**
   * Memory of the codec: four 16-bit samples of a PNG, or the coefficients of a progressive JPEG.
   */
  static final double CODEC_BYTES_PER_PIXEL = 8;

  /** Reserve of direct memory, which includes the rows that are being resized. */
  static final double IMAGE_BYTES = 64 << 20;

  /**
   * Computes the memory of an executor with {@code slots} task slots.
   *
   * @param modelBytes length of the model file
   * @param batch images per inference
   */
  public static NativeMemory of(
      long modelBytes, ModelCard card, int batch, ImageLimits limits, int slots) {
    return of(ofModel(modelBytes, card, batch, slots), limits, slots);
  }

  /** As {@link #of(long, ModelCard, int, ImageLimits, int)}, for all models of a run. */
  public static NativeMemory of(List<LoadedModel> models, ClassifyOptions options, int slots) {
    double bytes = 0;
    for (LoadedModel model : models) {
      bytes += ofModel(model.file().bytes().length, model.card(), options.batch(), slots);
    }
    return of(bytes, options.limits(), slots);
  }

  private static double ofModel(long modelBytes, ModelCard card, int batch, int slots) {
    double input = (double) Float.BYTES * card.preprocessing().values() * batch;
    return MODELS * modelBytes + slots * INPUTS * input;
  }

  private static NativeMemory of(double least, ImageLimits limits, int slots) {
    double direct =
        DIRECT_BYTES_PER_PIXEL * limits.maxPixels() + limits.maxEncodedBytes() + IMAGE_BYTES;
    double images = (slots + 1) * (direct + CODEC_BYTES_PER_PIXEL * limits.maxPixels());
    long fixed = JVM_MIB + LIBRARIES_MIB;
    return new NativeMemory(
        fixed + mib(least), fixed + mib(least + images), mib((slots + 1) * direct));
  }

  private static long mib(double bytes) {
    return (long) Math.ceil(bytes / (1 << 20));
  }
}
