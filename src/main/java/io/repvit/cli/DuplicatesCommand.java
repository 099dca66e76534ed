package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.analytics.Predictions;
import io.repvit.analytics.duplicates.Duplicates;
import io.repvit.analytics.duplicates.Keep;
import io.repvit.analytics.duplicates.Relation;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Finds duplicates and says which images to keep. */
@Command(
    name = "duplicates",
    description =
        "Groups images with the same bytes, picture or subject, and says for each image whether to"
            + " keep or to drop it. Deletes nothing.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class DuplicatesCommand extends AnalysisCommand {
  @Mixin final DuplicatesFlags flags = new DuplicatesFlags();

  @Override
  Duplicates analysis(SparkSession spark, Settings settings) throws UserException, IOException {
    Set<Relation> by = EnumSet.noneOf(Relation.class);
    by.addAll(settings.choices("by", Relation.class));
    Duplicates.Options options;
    try {
      options =
          new Duplicates.Options(
              by,
              settings.choice("keep", Keep.class),
              settings.integer("hash-distance"),
              settings.number("cosine"));
    } catch (IllegalArgumentException e) {
      throw new UserException(UserException.reason(e), e);
    }
    String place = settings.text("predictions");
    String model = settings.optionalText("model-sha256");
    // Only embeddings depend on the model.
    Dataset<Row> table =
        model == null && !by.contains(Relation.SUBJECT)
            ? Predictions.readTable(spark, place, "path")
            : Predictions.read(spark, place, model, "path");
    return Duplicates.of(table, place, options);
  }
}
