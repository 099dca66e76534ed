package io.repvit.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

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
  private final FloatBuffer embedding;
  private final int imageValues;
  private final int classes;
  private final int width;
  private final OnnxTensor input;
  private final OnnxTensor logitsTensor;
  private final OnnxTensor embeddingTensor;

  private ImageBatch(OrtEnvironment environment, ModelCard card, int size) throws OrtException {
    var p = card.preprocessing();
    this.size = size;
    imageValues = p.values();
    classes = card.labels().size();
    width = card.embeddingWidth();
    pixels = direct(size, imageValues);
    logits = direct(size, classes);
    embedding = direct(size, width);
    input =
        OnnxTensor.createTensor(environment, pixels, new long[] {size, 3, p.height(), p.width()});
    logitsTensor = OnnxTensor.createTensor(environment, logits, new long[] {size, classes});
    embeddingTensor = OnnxTensor.createTensor(environment, embedding, new long[] {size, width});
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

  /** A copy of the embedding of image {@code slot} after a run, float32 {@code [width]}. */
  public float[] embedding(int slot) {
    float[] values = new float[width];
    embedding.get(slot * width, values);
    return values;
  }

  Map<String, OnnxTensor> inputs() {
    return Map.of(ModelCard.INPUT, input);
  }

  Map<String, OnnxTensor> outputs() {
    return Map.of(ModelCard.LOGITS, logitsTensor, ModelCard.EMBEDDING, embeddingTensor);
  }

  @Override
  public void close() {
    input.close();
    logitsTensor.close();
    embeddingTensor.close();
  }

  private static FloatBuffer direct(int size, int values) {
    int bytes = Math.multiplyExact(Math.multiplyExact(size, values), Float.BYTES);
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
