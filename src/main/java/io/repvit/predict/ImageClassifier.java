package io.repvit.predict;

import io.repvit.UncheckedUserException;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.source.FetchConnections;
import io.repvit.source.FetchWindow;
import io.repvit.spark4.SparkSql;
import io.repvit.storage.HadoopDefaults;
import java.io.IOException;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the images of a column with a model, as the batch job does: the same pixels, labels,
 * scores and embeddings, and the same codes for images without a prediction.
 *
 * <pre>{@code
 * Dataset<Row> images = spark.read().format("binaryFile").load("photos/");
 * Dataset<Row> classified =
 *     new ImageClassifier()
 *         .setModel("repvit_m0_9.onnx")
 *         .setInputCol("content")
 *         .transform(images);
 * classified.select("path", "prediction.label", "prediction.score").show();
 * }</pre>
 *
 * <p>The column {@code inputCol} has encoded images (binary), structs of {@code bytes} (or {@code
 * content}) and {@code path}, rows of Spark's image source, or paths (string), which are read ahead
 * with one request each. The column {@code outputCol} has structs: {@code label}, {@code
 * label_index}, {@code score}, {@code top_k}, {@code embedding}, {@code width}, {@code height},
 * {@code format}, and {@code error} with {@code stage}, {@code code} and {@code message}. A null
 * image gives null. Rows keep their order and their other columns.
 */
public final class ImageClassifier extends ImageClassifierParams implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  /**
   * The file of a classifier that was loaded. With it, a classifier or pipeline can be saved to the
   * folder that it was loaded from: MLlib deletes the folder first.
   */
  private transient @Nullable Loaded loaded;

  private record Loaded(String uri, ModelFile file) {}

  /** A classifier with a random uid. */
  public ImageClassifier() {
    this(Identifiable$.MODULE$.randomUID("ImageClassifier"));
  }

  /** A classifier for loading and copying. */
  public ImageClassifier(String uid) {
    super(uid);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    SparkSession spark = dataset.sparkSession();
    var column = ImageColumn.of(dataset.schema(), getInputCol());
    boolean arePaths = column instanceof ImageColumn.Paths;
    if (arePaths) {
      HadoopDefaults.load();
    }
    SharedModel shared = load(spark, arePaths);
    if (isSet(embeddingCol()) && shared.card().tensors().embedding().isEmpty()) {
      throw new UncheckedUserException(
          String.format(
              Locale.ROOT,
              "embeddingCol is '%s', but model %s has no embedding; clear embeddingCol",
              getEmbeddingCol(),
              getModel()));
    }
    Broadcast<SerializableConfiguration> hadoop =
        arePaths
            ? JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new SerializableConfiguration(SparkSql.hadoop(spark)))
            : null;
    var classifier =
        new RowClassifier(
            shared, column, hadoop, isSet(embeddingCol()), isVector(), getOnError().equals("fail"));
    return dataset.toDF().mapPartitions(classifier, Encoders.row(schema));
  }

  private SharedModel load(SparkSession spark, boolean arePaths) {
    FetchWindow window = FetchWindow.DEFAULT;
    try {
      return SharedModel.load(
          spark, reference(), options(arePaths ? FetchConnections.fitting(spark, window) : window));
    } catch (ModelException e) {
      throw new UncheckedUserException(e);
    }
  }

  /**
   * The schema with the added columns.
   *
   * @throws IllegalArgumentException if {@code inputCol} is missing or has another type, or an
   *     added column exists
   */
  @Override
  public StructType transformSchema(StructType schema) {
    ImageColumn.of(schema, getInputCol());
    var embedding = PredictionColumn.embeddingType(isVector());
    requireFree(schema, outputCol());
    if (!isSet(embeddingCol())) {
      return schema.add(getOutputCol(), PredictionColumn.type(embedding));
    }
    requireFree(schema.add(getOutputCol(), embedding), embeddingCol());
    return schema
        .add(getOutputCol(), PredictionColumn.type(null))
        .add(getEmbeddingCol(), embedding);
  }

  private void requireFree(StructType schema, Param<String> param) {
    String name = getOrDefault(param);
    if (ImageColumn.index(schema, name) != ImageColumn.NONE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s is '%s', but there is such a column already; set %s to another name",
              param.name(),
              name,
              param.name()));
    }
  }

  @Override
  public ImageClassifier copy(ParamMap extra) {
    ImageClassifier copy = copyValues(new ImageClassifier(uid()), extra);
    copy.loaded = loaded;
    return copy;
  }

  /** Saves the params and the model file, so that the folder can be loaded anywhere. */
  @Override
  public MLWriter write() {
    return new ClassifierWriter(this);
  }

  /** Writes the params only. */
  MLWriter paramsWriter() {
    return DefaultParamsWritable.super.write();
  }

  /**
   * The model file.
   *
   * @throws ModelException see {@link ModelLoader#load}
   */
  ModelFile modelFile(SparkSession spark) throws ModelException {
    ModelReference reference = reference();
    return loaded != null && loaded.uri().equals(reference.uri())
        ? loaded.file()
        : ModelLoader.load(reference.uri(), reference.sha256(), SparkSql.hadoop(spark));
  }

  private ModelReference reference() {
    if (!isSet(model())) {
      throw new IllegalArgumentException("model is not set, expected path or URI of an ONNX file");
    }
    return new ModelReference(getModel(), isSet(modelSha256()) ? getModelSha256() : null, null);
  }

  /** This classifier with the model file of a saved folder. */
  ImageClassifier withSaved(String uri, ModelFile file) {
    loaded = new Loaded(uri, file);
    return setModel(uri);
  }

  /** Loads a saved classifier. */
  public static ImageClassifier load(String path) throws IOException {
    return read().load(path);
  }

  /** A reader of saved classifiers. */
  public static MLReader<ImageClassifier> read() {
    return new ClassifierReader();
  }

  /** Path or URI of the ONNX file. */
  public ImageClassifier setModel(String value) {
    set(model(), value);
    return this;
  }

  /** SHA-256 that the ONNX file must have, 64 lower-case hex digits; unset accepts any file. */
  public ImageClassifier setModelSha256(String value) {
    set(modelSha256(), value);
    return this;
  }

  /** Column with the images or their paths, by default {@code image}. */
  public ImageClassifier setInputCol(String value) {
    set(inputCol(), value);
    return this;
  }

  /** Column of structs that is added, by default {@code prediction}. */
  public ImageClassifier setOutputCol(String value) {
    set(outputCol(), value);
    return this;
  }

  /** Classes kept per image, by default 5. */
  public ImageClassifier setTopK(int value) {
    set(topK(), value);
    return this;
  }

  /** Column for the embedding, which then is not in the struct. */
  public ImageClassifier setEmbeddingCol(String value) {
    set(embeddingCol(), value);
    return this;
  }

  /** Type of the embedding: {@code array} of float, or MLlib's {@code vector}. */
  public ImageClassifier setEmbeddingType(String value) {
    set(embeddingType(), value);
    return this;
  }

  /** Whether the EXIF orientation is applied: {@code exif}, or {@code ignore}. */
  public ImageClassifier setOrientation(String value) {
    set(orientation(), value);
    return this;
  }

  /** Largest encoded image, bytes, by default 64 MiB. */
  public ImageClassifier setMaxImageBytes(long value) {
    set(maxImageBytes(), value);
    return this;
  }

  /** Largest image, width times height, by default 64 million. */
  public ImageClassifier setMaxImagePixels(long value) {
    set(maxImagePixels(), value);
    return this;
  }

  /** Images per inference, 1 to 256, by default 4. */
  public ImageClassifier setBatchSize(int value) {
    set(batchSize(), value);
    return this;
  }

  /** What an image without a prediction gives: an error in its {@code row}, or {@code fail}. */
  public ImageClassifier setOnError(String value) {
    set(onError(), value);
    return this;
  }
}
