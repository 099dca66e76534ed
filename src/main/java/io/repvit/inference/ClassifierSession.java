package io.repvit.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * An ONNX Runtime session for one classifier file. {@link #run} may be called from several threads
 * at once, each with its own {@link ImageBatch}; the owner closes the session after the last batch.
 */
public final class ClassifierSession implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final ModelCard card;
  private final long graphBatch;
  private final Graph graph;

  private ClassifierSession(
      OrtEnvironment environment,
      OrtSession session,
      ModelCard card,
      long graphBatch,
      Graph graph) {
    this.environment = environment;
    this.session = session;
    this.card = card;
    this.graphBatch = graphBatch;
    this.graph = graph;
  }

  /**
   * Loads and optimises a model for batches of one size, which allows a faster graph, see {@link
   * io.repvit.onnx.NchwcSqueezeExcite}. Where that cannot be had, the session is as {@link
   * #open(ModelFile, int)} gives it.
   *
   * @param batch images per run
   * @throws ModelException as {@link #open(ModelFile, int)} does
   */
  public static ClassifierSession open(ModelFile file, int threads, int batch)
      throws ModelException {
    return SqueezeExciteRewrite.of(open(file, threads), file, threads, batch);
  }

  /**
   * Loads and optimises a model for batches of any size.
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
    try {
      session = Sessions.open(file.bytes(), threads, OptLevel.ALL_OPT);
    } catch (OrtException e) {
      throw new ModelException(file.name() + ": ONNX Runtime cannot load it: " + e.getMessage(), e);
    }
    try {
      ModelCard card = ModelCard.fromMetadata(session.getMetadata().getCustomMetadata());
      var p = card.preprocessing();
      Tensors tensors = card.tensors();
      long batch =
          check(file, card, session.getInputInfo(), tensors.input(), 3, p.height(), p.width());
      check(file, card, session.getOutputInfo(), tensors.logits(), card.labels().size());
      if (tensors.embedding().isPresent()) {
        Tensors.Embedding e = tensors.embedding().get();
        check(file, card, session.getOutputInfo(), e.name(), e.width());
      }
      return new ClassifierSession(environment, session, card, batch, Graph.STOCK);
    } catch (OrtException | IllegalArgumentException | ModelException e) {
      close(session);
      throw e instanceof ModelException m
          ? m
          : new ModelException(file.name() + ": " + e.getMessage(), e);
    }
  }

  /** The same model with another graph, for batches of one size. */
  ClassifierSession rewritten(OrtSession graph, int batch) {
    return new ClassifierSession(environment, graph, card, batch, Graph.REWRITTEN);
  }

  /** This session, which runs although a faster graph was wanted. */
  ClassifierSession fallback() {
    return new ClassifierSession(environment, session, card, graphBatch, Graph.FALLBACK);
  }

  /** Whose graph a session runs. */
  public enum Graph {
    /** ONNX Runtime's own; there is no faster one. */
    STOCK,
    /** The faster one, which agrees with ONNX Runtime's own. */
    REWRITTEN,
    /** ONNX Runtime's own, because the faster one could not be had. */
    FALLBACK
  }

  /** Whose graph this session runs. */
  public Graph graph() {
    return graph;
  }

  /** Whether the graph is not ONNX Runtime's own but the faster one. */
  public boolean isRewritten() {
    return graph == Graph.REWRITTEN;
  }

  /** What the model is and how its input is made. */
  public ModelCard card() {
    return card;
  }

  /**
   * A batch of {@code size} images for this model; the caller closes it before the session.
   *
   * @throws ModelException when the graph was exported for another number of images
   */
  public ImageBatch newBatch(int size) throws ModelException {
    if (isRewritten() && graphBatch != size) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "batch is %d, the session was opened for %d", size, graphBatch));
    }
    if (graphBatch != -1 && graphBatch != size) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "the model takes exactly %d images at once, the batch is %d; set --batch %d, or export the"
                  + " model with an open batch axis (torch.onnx.export: dynamic_axes, or"
                  + " dynamic_shapes with dynamo)",
              graphBatch,
              size,
              graphBatch));
    }
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

  /**
   * Computes other outputs than {@link #run} does, and copies them.
   *
   * @param values names of outputs
   * @param to gets name and values, float32, row-major, of one after the other
   * @throws ModelException when ONNX Runtime fails
   */
  public void observe(ImageBatch batch, Set<String> values, BiConsumer<String, FloatBuffer> to)
      throws ModelException {
    try (OrtSession.Result result = session.run(batch.inputs(), values)) {
      for (Map.Entry<String, OnnxValue> output : result) {
        to.accept(output.getKey(), ((OnnxTensor) output.getValue()).getFloatBuffer());
      }
    } catch (OrtException e) {
      throw new ModelException("inference failed: " + e.getMessage(), e);
    }
  }

  /**
   * Runs one batch of zeros: a graph may declare what it cannot do.
   *
   * @throws ModelException when it cannot
   */
  public void tryOut(int size) throws ModelException {
    try (ImageBatch batch = newBatch(size)) {
      run(batch);
    } catch (ModelException e) {
      if (size > 1 && graphBatch == -1 && runsOneImage()) {
        throw new ModelException(
            String.format(
                Locale.ROOT,
                "the model fails with a batch of %d and runs with one image, because its graph has a batch of 1 inside; set --batch 1, or export it again with an open batch axis",
                size),
            e);
      }
      throw e;
    }
  }

  private boolean runsOneImage() {
    try (ImageBatch batch = newBatch(1)) {
      run(batch);
      return true;
    } catch (ModelException e) {
      return false;
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

  /**
   * Compares a tensor with its card.
   *
   * @param sides of one image; an open side of the graph fits any
   * @return the graph's batch, -1 if it is open
   */
  private static long check(
      ModelFile file, ModelCard card, Map<String, NodeInfo> nodes, String name, long... dims)
      throws ModelException {
    String promise =
        String.format(
            Locale.ROOT,
            "%s: the card promises '%s' as float32 [N,%s, found ",
            file.name(),
            name,
            text(dims).substring(1));
    NodeInfo node = nodes.get(name);
    if (node == null || !(node.getInfo() instanceof TensorInfo tensor)) {
      throw new ModelException(promise + nodes.keySet() + remedy(card));
    }
    long[] shape = tensor.getShape();
    if (tensor.type != OnnxJavaType.FLOAT) {
      throw new ModelException(
          promise
              + tensor.type.name().toLowerCase(Locale.ROOT)
              + text(shape)
              + "; export the model with float32 input and outputs");
    }
    if (shape.length == dims.length + 1 && shape[0] != 0) {
      boolean fits = true;
      for (int i = 0; i < dims.length; i++) {
        fits &= shape[i + 1] == -1 || shape[i + 1] == dims[i];
      }
      if (fits) {
        return shape[0];
      }
    }
    throw new ModelException(promise + text(shape) + remedy(card));
  }

  private static String remedy(ModelCard card) {
    return card.origin() instanceof Origin.SideFile
        ? "; correct the card, or export the model as the card says"
        : "; export it again";
  }

  private static String text(long... shape) {
    return Arrays.toString(shape).replace(" ", "");
  }
}
