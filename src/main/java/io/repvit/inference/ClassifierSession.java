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
 * An ONNX Runtime session for one image classifier.
 *
 * <p>Input: float32 {@code [N,3,height,width]}, RGB, normalised. Outputs: logits {@code
 * [N,classes]} and, if the card names one, an embedding {@code [N,width]}. To classify one image:
 *
 * <pre>{@code
 * ModelFile file = ModelFile.of("m.onnx", Files.readAllBytes(Path.of("m.onnx")));
 * try (var session = ClassifierSession.open(file, 1);
 *     var batch = session.newBatch(1);
 *     var decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF);
 *     var resampler = new Resampler(session.card().preprocessing())) {
 *   resampler.resize(decoder.decode(ByteBuffer.wrap(jpeg)), batch.pixels(0));
 *   session.run(batch);
 *   Prediction prediction = Prediction.of(batch.logits(0), session.card(), 5);
 * }
 * }</pre>
 *
 * <p>Several threads may call {@link #run} at the same time, each with its own {@link ImageBatch}.
 * The owner closes the session after all batches.
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
   * Loads a model for batches of one size. A fixed size allows a faster graph, see {@link
   * io.repvit.onnx.NchwcSqueezeExcite}. If that graph cannot be built, the session equals that of
   * {@link #open(ModelFile, int)}.
   *
   * @param batch number of images per run
   * @throws ModelException see {@link #open(ModelFile, int)}
   */
  public static ClassifierSession open(ModelFile file, int threads, int batch)
      throws ModelException {
    return SqueezeExciteRewrite.of(open(file, threads), file, threads, batch);
  }

  /**
   * Loads a model for batches of any size.
   *
   * @param file an ONNX file with a {@link ModelCard}
   * @param threads number of threads that compute one batch, at least 1; ONNX Runtime's default of
   *     one thread per host core ignores the CPU limits of containers and the task slots of Spark
   * @throws ModelException if the file is not an ONNX model, has no card, or does not match its
   *     card
   */
  public static ClassifierSession open(ModelFile file, int threads) throws ModelException {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", expected at least 1");
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

  /** Returns a session for the same model that runs a rewritten graph, for batches of one size. */
  ClassifierSession rewritten(OrtSession graph, int batch) {
    return new ClassifierSession(environment, graph, card, batch, Graph.REWRITTEN);
  }

  /** Returns this session, marked as one whose graph could not be rewritten. */
  ClassifierSession fallback() {
    return new ClassifierSession(environment, session, card, graphBatch, Graph.FALLBACK);
  }

  /** The kind of graph that a session runs. */
  public enum Graph {
    /** The graph as ONNX Runtime optimises it; there is nothing to rewrite. */
    STOCK,
    /** The rewritten graph, whose outputs agree with those of ONNX Runtime's own graph. */
    REWRITTEN,
    /** The graph as ONNX Runtime optimises it, because the rewrite failed. */
    FALLBACK
  }

  /** Returns the kind of graph that this session runs. */
  public Graph graph() {
    return graph;
  }

  /** Returns whether this session runs a rewritten graph. */
  public boolean isRewritten() {
    return graph == Graph.REWRITTEN;
  }

  /** Returns the card, with the labels and the preprocessing of the model. */
  public ModelCard card() {
    return card;
  }

  /**
   * Allocates a batch for this model. The caller closes it before the session.
   *
   * @param size number of images, 1 to {@link ImageBatch#MAX_SIZE}
   * @throws ModelException if the graph has another, fixed batch size
   */
  public ImageBatch newBatch(int size) throws ModelException {
    if (isRewritten() && graphBatch != size) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "batch size is %d, the session was opened for %d", size, graphBatch));
    }
    if (graphBatch != -1 && graphBatch != size) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "the model has the fixed batch size %d, the batch has %d images; set --batch %d, or export"
                  + " the model with a dynamic batch dimension (torch.onnx.export: dynamic_axes, or"
                  + " dynamic_shapes with dynamo)",
              graphBatch,
              size,
              graphBatch));
    }
    return ImageBatch.allocate(environment, card, size);
  }

  /**
   * Computes the logits and embeddings of all images in a batch and writes them into the batch.
   *
   * @throws ModelException if ONNX Runtime fails, for example because memory is exhausted
   */
  public void run(ImageBatch batch) throws ModelException {
    try {
      session.run(batch.inputs(), batch.outputs()).close();
    } catch (OrtException e) {
      throw new ModelException("inference failed: " + e.getMessage(), e);
    }
  }

  /**
   * Computes the given outputs of the graph, which {@link #run} does not compute.
   *
   * @param values names of the outputs
   * @param to receives the name and the values (float32, row-major) of each output
   * @throws ModelException if ONNX Runtime fails
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
   * Runs one batch of zeros, because a graph can declare a dynamic batch dimension that fails when
   * it runs.
   *
   * @throws ModelException if the run fails
   */
  public void tryOut(int size) throws ModelException {
    try (ImageBatch batch = newBatch(size)) {
      run(batch);
    } catch (ModelException e) {
      if (size > 1 && graphBatch == -1 && runsOneImage()) {
        throw new ModelException(
            String.format(
                Locale.ROOT,
                "the model fails with a batch of %d images but runs with one, so its graph contains a fixed"
                    + " batch size of 1; set --batch 1, or export it again with a dynamic batch dimension",
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
   * Compares an input or output of the graph with the card.
   *
   * @param dims expected shape without the batch dimension; a dynamic dimension matches any
   * @return the batch size of the graph, -1 if it is dynamic
   */
  private static long check(
      ModelFile file, ModelCard card, Map<String, NodeInfo> nodes, String name, long... dims)
      throws ModelException {
    String mismatch =
        String.format(
            Locale.ROOT,
            "%s: the card declares '%s' as float32 [N,%s, found ",
            file.name(),
            name,
            text(dims).substring(1));
    NodeInfo node = nodes.get(name);
    if (node == null || !(node.getInfo() instanceof TensorInfo tensor)) {
      throw new ModelException(mismatch + nodes.keySet() + remedy(card));
    }
    long[] shape = tensor.getShape();
    if (tensor.type != OnnxJavaType.FLOAT) {
      throw new ModelException(
          mismatch
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
    throw new ModelException(mismatch + text(shape) + remedy(card));
  }

  private static String remedy(ModelCard card) {
    return card.origin() instanceof Origin.SideFile
        ? "; correct the card, or export the model to match it"
        : "; export the model again";
  }

  private static String text(long... shape) {
    return Arrays.toString(shape).replace(" ", "");
  }
}
