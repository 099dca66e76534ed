package io.repvit.analytics.probe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.repvit.analytics.Checkpoints;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Probabilities of a linear layer on embeddings. An image's layer is trained without its fold;
 * images with the same bytes are in the same fold. Public for {@code analytics.audit} only.
 *
 * @param rows one row per image, computed once: {@code path}, {@code label} (index of the class)
 *     and {@code probabilities} (double, by class)
 * @param regularisation the one with the least log loss
 * @param accuracy share of images whose likeliest class is the true one
 */
public record OutOfFold(Dataset<Row> rows, double regularisation, double accuracy) {
  /**
   * Trains.
   *
   * @param folds number of folds, at least 2
   * @param seed of the folds
   * @param regularisations distinct, ascending
   */
  public static OutOfFold of(
      LabelledEmbeddings images, int folds, long seed, List<Double> regularisations) {
    Dataset<Row> divided =
        Strata.add(images.rows(), "fold", seed, Strata.folds(folds)).withColumn("weight", lit(1.0));
    Dataset<Row> training =
        LabelledEmbeddings.inPartitions(divided, images.total(), images.width())
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      CrossValidation validation =
          CrossValidation.of(training, images.classes().size(), folds, regularisations);
      Dataset<Row> rows =
          validation
              .outOfFold(training)
              .select(col("path"), col("label").cast("int").as("label"), col("probabilities"));
      return new OutOfFold(
          Checkpoints.of(rows),
          validation.chosen(),
          validation.scores().stream()
              .filter(score -> score.regularisation() == validation.chosen())
              .findFirst()
              .orElseThrow()
              .accuracy());
    } finally {
      training.unpersist();
    }
  }
}
