package io.repvit.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.Map;

/**
 * An ONNX Runtime session for one classifier file. {@link #run} may be called from several threads
 * at once, each with its own {@link ImageBatch}; the owner closes the session after the last batch.
 */
public final class ClassifierSession implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final ModelCard card;

  private ClassifierSession(OrtEnvironment environment, OrtSession session, ModelCard card) {
    this.environment = environment;
    this.session = session;
    this.card = card;
  }

  /**
   * Loads and optimises a model.
   *
   * @param file an ONNX file with a {@link ModelCard}
   * @param threads threads that compute one batch, at least 1; ONNX Runtime's own default, a thread
   *     per core of the host, ignores the limits of containers and of Spark's task slots
   * @throws ModelException when the file is no ONNX model, has no card, or contradicts its card
   */
  public static ClassifierSession open(ModelFile file, int threads) throws ModelException {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", must be at least 1");
    }
    OrtEnvironment environment = OnnxRuntime.environment();
    OrtSession session;
    try (var options = new SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      session = environment.createSession(file.bytes(), options);
    } catch (OrtException e) {
      throw new ModelException(file.name() + ": ONNX Runtime cannot load it: " + e.getMessage(), e);
    }
    try {
      ModelCard card = ModelCard.fromMetadata(session.getMetadata().getCustomMetadata());
      var p = card.preprocessing();
      check(file, session.getInputInfo(), ModelCard.INPUT, 3, p.height(), p.width());
      check(file, session.getOutputInfo(), ModelCard.LOGITS, card.labels().size());
      check(file, session.getOutputInfo(), ModelCard.EMBEDDING, card.embeddingWidth());
      return new ClassifierSession(environment, session, card);
    } catch (OrtException | IllegalArgumentException | ModelException e) {
      close(session);
      throw e instanceof ModelException m
          ? m
          : new ModelException(file.name() + ": " + e.getMessage(), e);
    }
  }

  /** What the model is and how its input is made. */
  public ModelCard card() {
    return card;
  }

  /** A batch of {@code size} images for this model; the caller closes it before the session. */
  public ImageBatch newBatch(int size) throws ModelException {
    return ImageBatch.allocate(environment, card, size);
  }

  /**
   * Computes logits and embeddings of every slot of {@code batch}, in place.
   *
   * @throws ModelException when ONNX Runtime fails, for example for want of memory
   */
  public void run(ImageBatch batch) throws ModelException {
    try {
      session.run(batch.inputs(), batch.outputs()).close();
    } catch (OrtException e) {
      throw new ModelException("inference failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    close(session);
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close a session", e);
    }
  }

  private static void check(
      ModelFile file, Map<String, NodeInfo> nodes, String name, long... dimensions)
      throws ModelException {
    String expected = "float32 [N," + Arrays.toString(dimensions).substring(1).replace(" ", "");
    NodeInfo node = nodes.get(name);
    if (node != null
        && node.getInfo() instanceof TensorInfo tensor
        && tensor.type == OnnxJavaType.FLOAT) {
      long[] shape = tensor.getShape();
      if (shape.length == dimensions.length + 1
          && shape[0] == -1
          && Arrays.equals(shape, 1, shape.length, dimensions, 0, dimensions.length)) {
        return;
      }
      expected += ", found " + Arrays.toString(shape).replace(" ", "");
    } else {
      expected += ", found " + nodes.keySet();
    }
    throw new ModelException(
        "%s: the card promises '%s' as %s; export it again".formatted(file.name(), name, expected));
  }
}
