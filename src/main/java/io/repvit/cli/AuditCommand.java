package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.Predictions;
import io.repvit.analytics.audit.Audit;
import io.repvit.analytics.audit.AuditOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Finds images of a labelled set that a person should look at. */
@Command(
    name = "audit",
    description =
        "Finds likely wrong labels, outliers, images of bad quality and images that are in another"
            + " set, too; counts the classes.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class AuditCommand extends AnalysisCommand {
  @Mixin final AuditFlags flags = new AuditFlags();

  @Override
  Audit analysis(SparkSession spark, Settings settings) throws UserException, IOException {
    AuditOptions options = options(settings);
    Labels labels =
        TruthFlags.labels(
            spark, settings.optionalText("truth"), settings.optionalText("truth-column"));
    String model = settings.optionalText("model-sha256");
    Audit.ImageSet set = read(spark, settings.text("predictions"), model, labels);
    String other = settings.optionalText("other");
    return new Audit(set, other == null ? null : read(spark, other, model, labels), options);
  }

  private static Audit.ImageSet read(
      SparkSession spark, String place, @Nullable String model, Labels labels)
      throws UserException, IOException {
    return new Audit.ImageSet(place, labels.addTo(Predictions.read(spark, place, model, "path")));
  }

  private static AuditOptions options(Settings settings) throws UserException {
    var checks = EnumSet.noneOf(AuditOptions.Check.class);
    for (String check : settings.list("checks")) {
      try {
        checks.add(AuditOptions.Check.valueOf(check.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "--checks has '%s', expected some of %s",
                check,
                List.of(AuditOptions.Check.values()).toString().toLowerCase(Locale.ROOT)),
            e);
      }
    }
    var regularisations = new ArrayList<Double>();
    for (String value : settings.list("regularisation")) {
      try {
        regularisations.add(Double.valueOf(value));
      } catch (NumberFormatException e) {
        throw new UserException("--regularisation has '" + value + "', expected a number", e);
      }
    }
    try {
      return new AuditOptions(
          checks,
          settings.choice("probabilities", AuditOptions.Probabilities.class),
          settings.choice("filter", AuditOptions.Filter.class),
          settings.choice("rank-by", AuditOptions.RankBy.class),
          settings.integer("folds"),
          settings.integer64("seed"),
          regularisations.isEmpty() ? AuditOptions.DEFAULT.regularisations() : regularisations,
          settings.integer("neighbours"),
          settings.number("fence"),
          settings.integer("hash-distance"),
          settings.optionalNumber("cosine"),
          settings.integer("pictures"));
    } catch (IllegalArgumentException e) {
      throw new UserException("--" + e.getMessage(), e);
    }
  }
}
