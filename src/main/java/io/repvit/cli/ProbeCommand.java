package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.Predictions;
import io.repvit.analytics.probe.Probe;
import io.repvit.analytics.probe.ProbeOptions;
import io.repvit.predict.ModelReference;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains a classifier for other labels on stored embeddings. */
@Command(
    name = "probe",
    description =
        "Trains a classifier for your own labels on stored embeddings, and writes it into a new model"
            + " file.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ProbeCommand extends AnalysisCommand {
  private enum ClassWeights {
    NONE,
    BALANCED
  }

  @Mixin final ProbeFlags flags = new ProbeFlags();

  @Override
  Probe analysis(SparkSession spark, Settings settings) throws UserException, IOException {
    String place = settings.text("predictions");
    ProbeOptions options = options(settings);
    String model = settings.optionalText("model");
    String newModel = settings.optionalText("write-model");
    if ((model == null) != (newModel == null)) {
      throw new UserException(
          "--model and --write-model belong together, found only "
              + (model == null ? "--write-model" : "--model"));
    }
    String sha256 = settings.optionalText("model-sha256");
    Labels labels =
        TruthFlags.labels(
            spark, settings.optionalText("truth"), settings.optionalText("truth-column"));
    var probe =
        Probe.of(Predictions.read(spark, place, sha256, Probe.NEEDED), labels, options, place);
    String test = settings.optionalText("test");
    if (test != null) {
      probe = probe.testedOn(Predictions.read(spark, test, sha256, Probe.NEEDED));
    }
    return model == null || newModel == null
        ? probe
        : probe.writing(
            new ModelReference(model, null, settings.optionalText("card")),
            newModel,
            settings.flag("overwrite"));
  }

  private static ProbeOptions options(Settings settings) throws UserException {
    var regularisations = new ArrayList<Double>();
    for (String value : settings.list("regularisation")) {
      regularisations.add(number("regularisation", value).doubleValue());
    }
    var imagesPerClass = new ArrayList<Integer>();
    for (String value : settings.list("images-per-class")) {
      try {
        imagesPerClass.add(number("images-per-class", value).intValueExact());
      } catch (ArithmeticException e) {
        throw notANumber("images-per-class", value, "integers", e);
      }
    }
    try {
      return new ProbeOptions(
          settings.integer("folds"),
          settings.number("test-share"),
          regularisations.isEmpty() ? ProbeOptions.DEFAULT.regularisations() : regularisations,
          settings.choice("class-weights", ClassWeights.class) == ClassWeights.BALANCED,
          settings.integer("min-images"),
          imagesPerClass,
          settings.integer64("seed"));
    } catch (IllegalArgumentException e) {
      throw new UserException("--" + e.getMessage(), e);
    }
  }

  private static BigDecimal number(String key, String value) throws UserException {
    try {
      return new BigDecimal(value.strip());
    } catch (NumberFormatException e) {
      throw notANumber(key, value, "numbers", e);
    }
  }

  private static UserException notANumber(
      String key, String value, String expected, Exception cause) {
    return new UserException(
        String.format(
            Locale.ROOT, "--%s has '%s', expected %s separated by commas", key, value, expected),
        cause);
  }
}
