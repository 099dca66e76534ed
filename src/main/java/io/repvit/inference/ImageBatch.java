package io.repvit.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The input and output buffers of a run. They are direct buffers, allocated once and reused for
 * many runs.
 *
 * <p>The batch size is fixed. A partly filled batch runs completely, and the caller ignores the
 * outputs of unused slots. So the outputs of an image do not depend on the number of other images,
 * and ONNX Runtime's memory arena, which never shrinks, does not grow. Use a batch from one thread
 * at a time. The code that created it closes it.
 */
public final class ImageBatch implements AutoCloseable {

  /**
   * The largest batch: 256 images. Throughput falls above 16, as {@code jobs/bench session} shows.
   */
  public static final int MAX_SIZE = 256;

  private final int size;
  private final FloatBuffer pixels;
  private final FloatBuffer logits;
  private final @Nullable FloatBuffer embedding;
  private final int imageValues;
  private final int classes;
  private final int width;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs = new HashMap<>();

  private ImageBatch(OrtEnvironment environment, ModelCard card, int size)
      throws OrtException, ModelException {
    var p = card.preprocessing();
    this.size = size;
    imageValues = p.values();
    classes = card.labels().size();
    Tensors tensors = card.tensors();
    width = tensors.embedding().map(Tensors.Embedding::width).orElse(0);
    pixels = direct(size, imageValues);
    logits = direct(size, classes);
    embedding = width == 0 ? null : direct(size, width);
    long[] shape = {size, 3, p.height(), p.width()};
    inputs = Map.of(tensors.input(), OnnxTensor.createTensor(environment, pixels, shape));
    outputs.put(
        tensors.logits(), OnnxTensor.createTensor(environment, logits, new long[] {size, classes}));
    if (embedding != null) {
      outputs.put(
          tensors.embedding().orElseThrow().name(),
          OnnxTensor.createTensor(environment, embedding, new long[] {size, width}));
    }
  }

  static ImageBatch allocate(OrtEnvironment environment, ModelCard card, int size)
      throws ModelException {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException("batch size is " + size + ", expected 1 to " + MAX_SIZE);
    }
    try {
      return new ImageBatch(environment, card, size);
    } catch (OrtException e) {
      throw new ModelException(
          "cannot allocate a batch of " + size + " images: " + e.getMessage(), e);
    }
  }

  /** Returns the number of images per run. */
  public int size() {
    return size;
  }

  /**
   * Returns the input buffer of an image: float32 {@code [3,height,width]}, RGB, normalised. The
   * slot is 0 to {@code size() - 1}.
   */
  public FloatBuffer pixels(int slot) {
    return pixels.slice(slot * imageValues, imageValues);
  }

  /** Returns the logits of an image after a run: float32 {@code [classes]}. */
  public FloatBuffer logits(int slot) {
    return logits.slice(slot * classes, classes);
  }

  /**
   * Returns a copy of the embedding of an image after a run, float32 {@code [width]}, or null if
   * the model has no embedding.
   */
  public float @Nullable [] embedding(int slot) {
    if (embedding == null) {
      return null;
    }
    float[] values = new float[width];
    embedding.get(slot * width, values);
    return values;
  }

  /** Fills all slots with normally distributed noise, which resembles normalised pixels. */
  public void fill(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (float) random.nextGaussian());
    }
  }

  /**
   * Compares the outputs with those of another batch of the same model and size.
   *
   * @return the larger of the {@link RelativeDifference}s of logits and embedding
   */
  public double difference(ImageBatch reference) {
    double ofLogits = RelativeDifference.of(array(logits), array(reference.logits));
    return embedding == null || reference.embedding == null
        ? ofLogits
        : Math.max(ofLogits, RelativeDifference.of(array(embedding), array(reference.embedding)));
  }

  private static float[] array(FloatBuffer buffer) {
    float[] values = new float[buffer.capacity()];
    buffer.get(0, values);
    return values;
  }

  Map<String, OnnxTensor> inputs() {
    return inputs;
  }

  Map<String, OnnxTensor> outputs() {
    return outputs;
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
  }

  private static FloatBuffer direct(int size, int values) throws ModelException {
    long bytes = (long) Float.BYTES * size * values;
    if (bytes > Integer.MAX_VALUE) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "a batch of %d images with %d values each exceeds a buffer of 2 GiB; set --batch to at most %d",
              size,
              values,
              Integer.MAX_VALUE / Float.BYTES / values));
    }
    return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
