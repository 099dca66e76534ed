package io.repvit.analytics.probe;

import io.repvit.UserException;
import io.repvit.analytics.probe.ProbeSummary.Verified;
import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageException;
import io.repvit.image.ImageLimits;
import io.repvit.image.Preprocessing;
import io.repvit.image.Resampler;
import io.repvit.image.TimedDecoder;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.OnnxProbe;
import io.repvit.inference.OnnxProbe.Optimisation;
import io.repvit.inference.Product;
import io.repvit.onnx.Attribute;
import io.repvit.onnx.GraphBuilder;
import io.repvit.onnx.Operator;
import io.repvit.onnx.Ref;
import io.repvit.source.FetchConnections;
import io.repvit.source.FetchWindow;
import io.repvit.source.Fetched;
import io.repvit.source.ImagesByPath;
import io.repvit.spark4.SparkSql;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Compares a new model file with MLlib's predictions on stored embeddings: first the linear layer
 * alone, then the whole file on images that can be read.
 */
final class ProbeCheck {
  /** Number of stored embeddings that are compared. */
  static final int EMBEDDINGS = 1_000;

  /** Number of images that are classified again. */
  private static final int IMAGES = 64;

  private static final int LIMIT_SECONDS = 60;

  /**
   * Two classes whose probabilities differ by less are a tie: the layer of the file has float32
   * weights, which moves probabilities by about 1e-6.
   */
  private static final double TIE = 1e-4;

  /** An embedding that differs by more than this share of its largest value is of other pixels. */
  private static final double OTHER_PIXELS = 1e-3;

  private final LogisticRegressionModel model;
  private final List<Sample> sample;

  /** A stored embedding. */
  record Sample(String path, Vector embedding) {}

  ProbeCheck(LogisticRegressionModel model, List<Sample> sample) {
    this.model = model;
    this.sample = sample;
  }

  /**
   * Compares.
   *
   * @param notComparable why images cannot be compared; null if they can
   * @throws UserException if the labels of file and MLlib differ, other than in ties
   */
  Verified of(
      SoftmaxRegression layer, ModelFile file, @Nullable String notComparable, SparkSession spark)
      throws UserException, IOException {
    double largest = layerDifference(layer);
    if (notComparable != null) {
      try (var session = ClassifierSession.open(file, 1)) {
        session.tryOut(1);
      }
      return new Verified(sample.size(), largest, 0, 0, 0, 0, notComparable);
    }
    var wanted = new HashMap<String, Vector>();
    sample.stream().limit(IMAGES).forEach(s -> wanted.put(s.path(), s.embedding()));
    try (var images = new Images(file)) {
      ImagesByPath.read(
          wanted.keySet(),
          SparkSql.hadoop(spark),
          new ImagesByPath.Options(
              ImageLimits.DEFAULT.maxEncodedBytes(),
              FetchConnections.fitting(spark, FetchWindow.DEFAULT),
              LIMIT_SECONDS,
              null,
              null),
          (path, image) ->
              images.compare(path, image, Objects.requireNonNull(wanted.get(path), path)));
      return images.result(largest);
    }
  }

  /** Runs the linear layer, with the weights of the file, on the stored embeddings. */
  private double layerDifference(SoftmaxRegression layer) throws UserException {
    int width = layer.width();
    var graph = new GraphBuilder("probe", Product.NAME);
    Ref logits =
        graph.node(
            Operator.GEMM,
            "probe",
            List.of(
                graph.input("embedding", width),
                graph.constant("weight", layer.weightTensor()),
                graph.constant("bias", layer.biasTensor())),
            Attribute.of("transB", 1));
    graph.output(logits, "logits", layer.classes());
    var values = new float[sample.size() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) sample.get(i / width).embedding().apply(i % width);
    }
    float[] found =
        Objects.requireNonNull(
            OnnxProbe.run(
                    graph.toBytes(Map.of()),
                    Optimisation.ALL,
                    "embedding",
                    values,
                    sample.size(),
                    width)
                .get("logits"));
    double largest = 0;
    for (int i = 0; i < sample.size(); i++) {
      var ofImage = FloatBuffer.wrap(found, i * layer.classes(), layer.classes());
      largest = Math.max(largest, difference(sample.get(i), ofImage));
    }
    return largest;
  }

  /**
   * The largest difference of a probability.
   *
   * @throws UserException if the labels differ, other than in a tie
   */
  private double difference(Sample image, FloatBuffer logits) throws UserException {
    double[] expected = model.predictProbability(image.embedding()).toArray();
    double[] found = SoftmaxRegression.softmax(doubles(logits));
    double largest = 0;
    for (int i = 0; i < found.length; i++) {
      largest = Math.max(largest, Math.abs(found[i] - expected[i]));
    }
    int label = SoftmaxRegression.best(found);
    int wanted = SoftmaxRegression.best(expected);
    // Also true if a value is not a number.
    if (!(expected[wanted] - expected[label] <= TIE)) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s: the new model gives class %d with probability %.6f, MLlib class %d with %.6f; nothing"
                  + " was written; train with a larger --regularisation",
              image.path(),
              label,
              found[label],
              wanted,
              expected[wanted]));
    }
    return largest;
  }

  private static double[] doubles(FloatBuffer values) {
    var doubles = new double[values.remaining()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values.get(values.position() + i);
    }
    return doubles;
  }

  /** Images that are classified with the file. */
  private final class Images implements AutoCloseable {
    private final ClassifierSession session;
    private final ImageBatch batch;
    private final TimedDecoder decoder;
    private final Resampler resampler;
    private int compared;
    private int unreadable;
    private int changed;
    private double largest;
    private @Nullable UserException failure;

    Images(ModelFile file) throws ModelException {
      session = ClassifierSession.open(file, 1);
      batch = session.newBatch(1);
      Preprocessing preprocessing = session.card().preprocessing();
      decoder =
          new TimedDecoder(ImageLimits.DEFAULT, DecodeOptions.DEFAULT, preprocessing.resizeShort());
      resampler = new Resampler(preprocessing);
    }

    void compare(String path, Fetched image, Vector stored) {
      if (!(image instanceof Fetched.Bytes encoded) || failure != null) {
        unreadable++;
        return;
      }
      try {
        resampler.resize(decoder.decode(ByteBuffer.wrap(encoded.bytes())), batch.pixels(0));
        session.run(batch);
        if (isOther(batch.embedding(0), stored)) {
          changed++;
          return;
        }
        largest = Math.max(largest, difference(new Sample(path, stored), batch.logits(0)));
        compared++;
      } catch (ImageException e) {
        unreadable++;
      } catch (UserException e) {
        failure = e;
      }
    }

    private static boolean isOther(float @Nullable [] embedding, Vector stored) {
      double scale = 0;
      double difference = 0;
      for (int i = 0; i < stored.size(); i++) {
        float now = embedding == null ? Float.NaN : embedding[i];
        scale = Math.max(scale, Math.abs(stored.apply(i)));
        difference = Math.max(difference, Math.abs(now - stored.apply(i)));
      }
      return difference > OTHER_PIXELS * scale;
    }

    Verified result(double ofLayer) throws UserException {
      if (failure != null) {
        throw failure;
      }
      String note = compared > 0 ? "" : "no image of the sample can be read as it was";
      return new Verified(sample.size(), ofLayer, compared, largest, unreadable, changed, note);
    }

    @Override
    public void close() {
      resampler.close();
      decoder.close();
      batch.close();
      session.close();
    }
  }
}
