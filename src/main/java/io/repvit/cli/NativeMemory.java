package io.repvit.cli;

import io.repvit.image.ImageLimits;
import io.repvit.inference.ModelCard;

/**
 * What an executor takes beside its heap, MiB: the JVM and S3's client, the session, and per task
 * slot one run of the model and the image in work. {@code NativeMemoryTest} measures sessions and
 * images, {@code ClusterIT} a whole executor; docs/operations.md has the figures.
 *
 * @param least without what images beyond ordinary ones need
 * @param most with the worst image of {@code max-image-pixels} in every slot, and one more, whose
 *     codec was left behind
 * @param direct what of {@code most} the JVM allocates: its direct memory
 */
record NativeMemory(long least, long most, long direct) {

  /** Code, classes, threads and buffers of an executor before it has a model. */
  static final long JVM_MIB = 285;

  /** ONNX Runtime and OpenCV, loaded and started. */
  static final long LIBRARIES_MIB = 60;

  /** Opening a session holds the model as read, as optimised and as rewritten: up to 7 at once. */
  static final double MODELS = 7;

  /** Activations of one run, in the bytes of its input, float32: RepViT-M2.3 takes 15. */
  static final double INPUTS = 16;

  /** Direct memory: RGB, the same turned upright, and four samples as stored. */
  static final double DIRECT_BYTES_PER_PIXEL = 3 + 3 + 4;

  /** Of the codec: four samples of 16 bits of a PNG, or coefficients of a progressive JPEG. */
  static final double CODEC_BYTES_PER_PIXEL = 8;

  /** Spare room of direct memory, and strips of rows that are resized. */
  static final double IMAGE_BYTES = 64 << 20;

  /**
   * The memory of executors with so many task slots.
   *
   * @param modelBytes length of the model's file
   * @param batch images per run
   */
  static NativeMemory of(
      long modelBytes, ModelCard card, int batch, ImageLimits limits, int slots) {
    double input = (double) Float.BYTES * card.preprocessing().values() * batch;
    double least = MODELS * modelBytes + slots * INPUTS * input;
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
