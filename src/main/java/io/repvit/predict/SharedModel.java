package io.repvit.predict;

import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.source.SourceObject;
import io.repvit.source.TableImages;
import io.repvit.spark4.SparkSql;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * A model for the tasks of any plan of an application. The driver loads it and broadcasts its file
 * once; plans contain this object. On executors, the tasks share one session per model through
 * {@link ClassifierPool#SHARED}.
 */
final class SharedModel implements Serializable {
  private static final long serialVersionUID = 1;

  /** Largest number of models that the driver keeps for later plans: 8. */
  private static final int MOST_KEPT = 8;

  /**
   * @param version see {@link ModelLoader#version}
   */
  private record Key(ModelReference reference, String version, int batch) {}

  private record Kept(LoadedModel model, Broadcast<ModelFile> file) {}

  private static final Map<Key, Kept> KEPT = new LinkedHashMap<>(16, 0.75f, true);

  /** Application to which the broadcasts in {@link #KEPT} belong. */
  private static String application = "";

  private final Broadcast<ModelFile> file;
  private final ClassifyOptions options;
  private final transient @Nullable ModelCard card;

  private SharedModel(Kept kept, ClassifyOptions options) {
    this.file = kept.file();
    this.options = options;
    this.card = kept.model().card();
  }

  /**
   * Loads a model in the driver. A model that the application has loaded before is not read again
   * while its file has the same length and modification time.
   *
   * @throws ModelException see {@link ModelReference#load}
   */
  static SharedModel load(SparkSession spark, ModelReference reference, ClassifyOptions options)
      throws ModelException {
    Configuration hadoop = SparkSql.hadoop(spark);
    String version = ModelLoader.version(reference.uri(), hadoop);
    synchronized (KEPT) {
      if (!application.equals(spark.sparkContext().applicationId())) {
        KEPT.clear();
        application = spark.sparkContext().applicationId();
      }
      // A file whose version is unknown is read; it must not be taken for one that was read before.
      Key key = version == null ? null : new Key(reference, version, options.batch());
      Kept kept = key == null ? null : KEPT.get(key);
      if (kept == null) {
        LoadedModel model = reference.load(hadoop, options);
        kept = new Kept(model, broadcast(spark, model.file()));
        if (key != null) {
          KEPT.put(key, kept);
        }
        if (KEPT.size() > MOST_KEPT) {
          // Plans may still use its broadcast. Spark removes it when no plan does.
          KEPT.remove(KEPT.keySet().iterator().next());
        }
      }
      return new SharedModel(kept, options);
    }
  }

  /** The broadcast of a file; one for all batch sizes and names of the same bytes. */
  private static Broadcast<ModelFile> broadcast(SparkSession spark, ModelFile file) {
    return KEPT.values().stream()
        .filter(k -> k.model().file().sha256().equals(file.sha256()))
        .findFirst()
        .map(Kept::file)
        .orElseGet(() -> JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(file));
  }

  Broadcast<ModelFile> file() {
    return file;
  }

  ClassifyOptions options() {
    return options;
  }

  /** The card; driver only. */
  ModelCard card() {
    if (card == null) {
      throw new IllegalStateException("the card is known in the driver only");
    }
    return card;
  }

  /**
   * A predictor for the calling task, which its owner closes. Other callers, such as Spark's
   * optimiser when it folds constants, get one with one thread.
   */
  TaskPredictor predictor() {
    TaskContext task = TaskContext.get();
    return new TaskPredictor(file.value(), task == null ? 1 : task.cpus(), options);
  }

  /**
   * Classifies one encoded image on the calling thread. All calls of a task share a predictor,
   * which is closed with the task. The batch size of the options must be 1.
   */
  Outcome classify(byte[] image) {
    TaskContext task = TaskContext.get();
    if (task == null) {
      try (TaskPredictor predictor = predictor()) {
        return classify(image, predictor);
      }
    }
    var key = new TaskPredictors.Key(file.value().sha256(), options);
    return classify(image, TaskPredictors.of(task).get(key, this::predictor));
  }

  private Outcome classify(byte[] image, TaskPredictor predictor) {
    var object = new SourceObject("#", image.length, SourceObject.UNKNOWN, null);
    var outcome = new AtomicReference<Outcome>();
    predictor.accept(
        TableImages.fetched(object, image, options.limits().maxEncodedBytes()), outcome::set);
    return Objects.requireNonNull(outcome.get(), "a batch of 1 leaves no image waiting");
  }
}
