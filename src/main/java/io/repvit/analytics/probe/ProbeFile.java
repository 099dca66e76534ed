package io.repvit.analytics.probe;

import io.repvit.UserException;
import io.repvit.analytics.probe.ProbeSummary.Verified;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Origin;
import io.repvit.inference.Tensors.Embedding;
import io.repvit.onnx.ReplacedHead;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.LoadedModel;
import io.repvit.predict.ModelReference;
import io.repvit.spark4.SparkSql;
import io.repvit.storage.WholeFile;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * The model file that a {@link Probe} writes: the network of the base model up to its embedding,
 * followed by the new linear layer.
 */
final class ProbeFile {
  private final SparkSession spark;
  private final LoadedModel base;
  private final Embedding embedding;
  private final Path place;

  private ProbeFile(SparkSession spark, LoadedModel base, Embedding embedding, Path place) {
    this.spark = spark;
    this.base = base;
    this.embedding = embedding;
    this.place = place;
  }

  /**
   * Loads the base model and checks that the file can be written.
   *
   * @throws UserException if the model cannot be used or has no embedding, or the file exists and
   *     {@code overwrite} is false
   */
  static ProbeFile of(SparkSession spark, ModelReference model, String place, boolean overwrite)
      throws UserException, IOException {
    Configuration hadoop = SparkSql.hadoop(spark);
    LoadedModel base = model.load(hadoop, ClassifyOptions.DEFAULT);
    Embedding embedding = base.card().tensors().embedding().orElse(null);
    if (embedding == null) {
      throw new ModelException(
          "model "
              + model.uri()
              + " has no embedding, expected an output with one; name it in the card, see"
              + " docs/models.md");
    }
    var path = new Path(place);
    FileSystem fs = path.getFileSystem(hadoop);
    if (fs.exists(path) && !overwrite) {
      throw new UserException(
          place + " exists, expected a new file; replace it with --overwrite, or name another");
    }
    return new ProbeFile(spark, base, embedding, path);
  }

  /**
   * Checks, before training, that a classifier for these embeddings fits the model.
   *
   * @param sha256 the model that computed the embeddings; null if the table does not say
   */
  void requireFits(@Nullable String sha256, int width, List<String> classes) throws UserException {
    if (sha256 == null || !sha256.equals(base.identity().modelSha256())) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the embeddings are of the model with SHA-256 %s, and %s has %s, expected the same file; pass"
                  + " that model, or the predictions of this one",
              sha256,
              base.file().name(),
              base.identity().modelSha256()));
    }
    if (width != embedding.width()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the embeddings have %d values, those of %s have %d",
              width,
              base.file().name(),
              embedding.width()));
    }
    try {
      card(classes, 1, 0);
    } catch (IllegalArgumentException e) {
      throw new UserException("the labels cannot be written to a model: " + e.getMessage(), e);
    }
  }

  private ModelCard card(List<String> classes, long images, double regularisation) {
    return base.card()
        .withClassifier(
            classes,
            new Origin.Probed(
                base.card().origin(),
                base.identity().modelSha256(),
                Math.toIntExact(images),
                regularisation));
  }

  /**
   * Makes the file, compares it with MLlib, and writes it.
   *
   * @param preprocessing fingerprint in the table; null if the table has none
   * @throws UserException if the file gives other labels than MLlib; nothing is written
   */
  ProbeSummary.Model write(
      ProbeTraining training, List<ProbeCheck.Sample> sample, @Nullable String preprocessing)
      throws UserException, IOException {
    List<String> classes = training.images().classes();
    SoftmaxRegression layer = training.layer();
    long images = training.training().stream().mapToLong(Long::longValue).sum();
    byte[] bytes =
        ReplacedHead.of(
            base.file().name(),
            base.file().bytes(),
            embedding.name(),
            base.card().tensors().logits(),
            layer.weightTensor(),
            layer.biasTensor(),
            card(classes, images, training.validation().chosen()).toMetadata());
    ModelFile file = ModelFile.of(place.getName(), bytes);
    var check = new ProbeCheck(training.model(), sample);
    boolean sameDecoding = base.identity().preprocessing().equals(preprocessing);
    Verified verified =
        check.of(
            layer,
            file,
            sameDecoding
                ? null
                : "the table has other decode options than the defaults, so no image was classified"
                    + " again",
            spark);
    WholeFile.write(place.getFileSystem(SparkSql.hadoop(spark)), place, bytes);
    return new ProbeSummary.Model(place.toString(), file.sha256(), bytes.length, verified);
  }
}
