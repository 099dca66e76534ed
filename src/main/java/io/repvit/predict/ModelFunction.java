package io.repvit.predict;

import io.repvit.inference.ModelException;
import io.repvit.spark4.ImageFunction;
import io.repvit.storage.Secrets;
import java.util.Objects;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * A model as a function on one image, with the default options. The functions of a task share one
 * predictor, so that an image for which a query calls several functions is scored once.
 */
public final class ModelFunction implements ImageFunction {
  private static final long serialVersionUID = 1;

  /** The default options, with batches of 1: a function gets one image and returns its result. */
  private static final ClassifyOptions OPTIONS =
      new ClassifyOptions(
          1,
          ClassifyOptions.DEFAULT.topK(),
          ClassifyOptions.DEFAULT.limits(),
          ClassifyOptions.DEFAULT.decoding(),
          ClassifyOptions.DEFAULT.window(),
          ClassifyOptions.DEFAULT.partitions(),
          ClassifyOptions.DEFAULT.maxQuarantineRate(),
          ClassifyOptions.DEFAULT.thumbnails(),
          ClassifyOptions.DEFAULT.measures());

  private final SharedModel model;
  private final String sha256;
  private final String uri;
  private final boolean embeds;

  private ModelFunction(SharedModel model, String uri, boolean embeds) {
    this.model = model;
    this.sha256 = model.file().value().sha256();
    this.uri = uri;
    this.embeds = embeds;
  }

  /**
   * The prediction of an image, or the reason why there is none, as {@link PredictionColumn} has
   * it.
   *
   * @throws ModelException if the model cannot be used, see {@link ModelReference#load}
   */
  public static ModelFunction classify(SparkSession spark, ModelReference reference)
      throws ModelException {
    return new ModelFunction(load(spark, reference), reference.uri(), false);
  }

  /**
   * The embedding of an image; null if the image has no prediction.
   *
   * @throws ModelException if the model cannot be used, or has no embedding
   */
  public static ModelFunction embed(SparkSession spark, ModelReference reference)
      throws ModelException {
    SharedModel model = load(spark, reference);
    if (model.card().tensors().embedding().isEmpty()) {
      throw new ModelException(
          "model "
              + reference.uri()
              + " has no embedding, expected one; use a model of repvit export");
    }
    return new ModelFunction(model, reference.uri(), true);
  }

  private static SharedModel load(SparkSession spark, ModelReference reference)
      throws ModelException {
    return SharedModel.load(spark, reference, OPTIONS);
  }

  @Override
  public DataType type() {
    return embeds ? PredictionColumn.ARRAY : PredictionColumn.type(PredictionColumn.ARRAY);
  }

  @Override
  public @Nullable Object apply(byte[] image) {
    Outcome outcome = model.classify(image);
    Object embedding = PredictionColumn.embedding(outcome, false);
    return embeds ? embedding : PredictionColumn.row(outcome, embedding);
  }

  /** Equal models have the same bytes: Spark computes equal calls once. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelFunction o && embeds == o.embeds && sha256.equals(o.sha256);
  }

  @Override
  public int hashCode() {
    return Objects.hash(embeds, sha256);
  }

  @Override
  public String toString() {
    return "model=" + Secrets.hide(uri);
  }
}
