package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.Predictions;
import java.io.IOException;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the true labels of images are. */
final class TruthFlags {
  @Option(
      names = "--truth",
      paramLabel = "URI",
      description =
          "Parquet table, or CSV file with a header, with the columns path and label. Without it the"
              + " label of an image is the name of its folder.")
  @Nullable String truth;

  @Option(
      names = "--truth-column",
      paramLabel = "NAME",
      description =
          "Column with the label: of the table --truth, whose default is label; without --truth the"
              + " carried column with this name.")
  @Nullable String truthColumn;

  /**
   * The true labels.
   *
   * @param truth value of {@code --truth}
   * @param column value of {@code --truth-column}
   */
  static Labels labels(SparkSession spark, @Nullable String truth, @Nullable String column)
      throws UserException, IOException {
    if (truth != null) {
      String label = column == null ? Labels.LABEL : column;
      return Labels.ofTable(Predictions.readTable(spark, truth, "path", label), label, truth);
    }
    return column == null ? Labels.ofFolders() : Labels.ofCarried(column);
  }
}
