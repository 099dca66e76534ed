package io.repvit.analytics.audit;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.lit;

import io.repvit.UserException;
import io.repvit.analytics.audit.AuditOptions.Filter;
import io.repvit.analytics.audit.AuditOptions.Probabilities;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Likely wrong labels. */
final class LabelCheck {
  static final String ISSUE = "label";

  private final AuditOptions options;
  private final ClassProbabilities probabilities;
  private final ConfidentLearning learning;

  /** Counts; the rows are found later. */
  LabelCheck(Dataset<Row> images, AuditOptions options) throws UserException {
    this.options = options;
    probabilities =
        options.probabilities() == Probabilities.MODEL
            ? ClassProbabilities.ofModel(images)
            : ClassProbabilities.crossValidated(images, options);
    learning = new ConfidentLearning(probabilities.rows(), probabilities.classes().size());
  }

  Dataset<Row> rows() {
    Dataset<Row> flagged =
        options.filter() == Filter.CONFIDENT_LEARNING
            ? learning.confidentlyOther()
            : learning.byNoiseRate();
    Column suggested = element_at(col("probabilities"), col("predicted").plus(1));
    return AuditRows.of(
        flagged,
        lit(ISSUE),
        col(options.rankBy().column()),
        name("given"),
        new AuditRows.Extra(name("predicted"), suggested, AuditRows.Extra.NONE.otherPath()),
        format_string(
            "probability of the given label %.4f, of the suggested one %.4f",
            col("self_confidence"), suggested));
  }

  private Column name(String index) {
    String[] names = probabilities.classes().toArray(String[]::new);
    return element_at(lit(names), col(index).plus(1));
  }

  private static String key(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  AuditSummary.LabelIssues summary(long flagged, List<AuditSummary.Pair> pairs) {
    long images = Arrays.stream(learning.counts()).sum();
    long wrong = 0;
    for (int i = 0; i < learning.counts().length; i++) {
      wrong += learning.counts()[i] - (learning.counts()[i] == 0 ? 0 : learning.calibrated()[i][i]);
    }
    return new AuditSummary.LabelIssues(
        key(options.probabilities()),
        key(options.filter()),
        key(options.rankBy()),
        images,
        probabilities.withoutEmbedding(),
        flagged,
        wrong,
        probabilities.accuracy(),
        probabilities.regularisation(),
        pairs);
  }
}
