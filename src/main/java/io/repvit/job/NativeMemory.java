package io.repvit.job;

import io.repvit.image.ImageLimits;
import io.repvit.inference.ModelCard;

/**
 * What an executor takes beside its heap, MiB: the JVM and S3's client, the session, and per task
 * slot one run of the model and the image in work. {@code NativeMemoryTest} measures sessions,
 * {@code ClusterIT} a whole executor; docs/operations.md has the figures.
 *
 * @param least without what images beyond ordinary ones need
 * @param most with an image of {@code max-image-pixels} in every slot
 */
record NativeMemory(long least, long most) {

  /** Code, classes, threads and buffers of an executor before it has a model. */
  static final long JVM_MIB = 220;

  /** ONNX Runtime and OpenCV, loaded and started. */
  static final long LIBRARIES_MIB = 60;

  /** Opening a session holds the model as read, as optimised and as rewritten: up to 7 at once. */
  static final double MODELS = 7;

  /** Activations of one run, in the bytes of its input, float32: RepViT-M2.3 takes 15. */
  static final double INPUTS = 16;

  /** RGB, the same turned upright, and a quarter of spare room on both. */
  static final double BYTES_PER_PIXEL = 7.5;

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
    double images = slots * (BYTES_PER_PIXEL * limits.maxPixels() + limits.maxEncodedBytes());
    long fixed = JVM_MIB + LIBRARIES_MIB;
    return new NativeMemory(fixed + mib(least), fixed + mib(least + images));
  }

  /** Of images of {@code max-image-pixels} in every slot. */
  long images() {
    return most - least;
  }

  private static long mib(double bytes) {
    return (long) Math.ceil(bytes / (1 << 20));
  }
}
