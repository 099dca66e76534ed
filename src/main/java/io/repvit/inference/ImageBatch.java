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
 * Input and outputs of one run, in direct buffers that are allocated once and reused.
 *
 * <p>The shape never changes: a partly filled batch is run whole and the rows of its unused slots
 * are ignored. So an image's numbers do not depend on how many others stand beside it, and ONNX
 * Runtime's arena, which returns nothing, does not grow. One thread at a time; the creator closes.
 */
public final class ImageBatch implements AutoCloseable {

  /** Largest batch: 256 images. Beyond 16 throughput falls, see the benchmark. */
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
      throw new IllegalArgumentException("batch is " + size + ", must be 1 to " + MAX_SIZE);
    }
    try {
      return new ImageBatch(environment, card, size);
    } catch (OrtException e) {
      throw new ModelException(
          "cannot allocate a batch of " + size + " images: " + e.getMessage(), e);
    }
  }

  /** Images per run. */
  public int size() {
    return size;
  }

  /** The input of image {@code slot}: float32 {@code [3, height, width]}, RGB, normalised. */
  public FloatBuffer pixels(int slot) {
    return pixels.slice(slot * imageValues, imageValues);
  }

  /** The logits of image {@code slot} after a run, float32 {@code [classes]}. */
  public FloatBuffer logits(int slot) {
    return logits.slice(slot * classes, classes);
  }

  /**
   * A copy of the embedding of image {@code slot} after a run, float32 {@code [width]}; null if the
   * model gives none.
   */
  public float @Nullable [] embedding(int slot) {
    if (embedding == null) {
      return null;
    }
    float[] values = new float[width];
    embedding.get(slot * width, values);
    return values;
  }

  /** Fills every slot with noise, normally distributed as normalised pixels are. */
  public void fill(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (float) random.nextGaussian());
    }
  }

  /**
   * How far the outputs are from those of another batch of the same model and size.
   *
   * @return the larger {@link RelativeDifference} of logits and embedding
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
              "a batch of %d times %d values is longer than a buffer can be; set --batch to %d at most",
              size,
              values,
              Integer.MAX_VALUE / Float.BYTES / values));
    }
    return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
