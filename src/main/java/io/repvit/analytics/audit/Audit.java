package io.repvit.analytics.audit;

import static org.apache.spark.sql.functions.col;

import io.repvit.UserException;
import io.repvit.analytics.Analysis;
import io.repvit.analytics.audit.AuditOptions.Check;
import io.repvit.analytics.audit.AuditOptions.Probabilities;
import io.repvit.report.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Finds images of a labelled set that a person should look at: likely wrong labels, outliers, bad
 * quality, images that are in another set, too; and counts the classes.
 *
 * <pre>{@code
 * Dataset<Row> predictions = Predictions.read(spark, "s3a://lake/train", null, "path");
 * var set = new Audit.ImageSet("train", Labels.ofFolders().addTo(predictions));
 * AuditSummary found =
 *     ResultFolder.create(spark, "s3a://lake/audit", false)
 *         .write(new Audit(set, null, AuditOptions.DEFAULT));
 * }</pre>
 */
public final class Audit implements Analysis<AuditSummary> {
  private static final int MOST_PAIRS = 50;

  private final ImageSet set;
  private final @Nullable ImageSet other;
  private final AuditOptions options;
  private final Map<String, String> notChecked = new TreeMap<>();
  private @Nullable ClassBalance balance;
  private @Nullable LabelCheck labels;
  private @Nullable QualityCheck quality;
  private @Nullable OutlierCheck outliers;
  private @Nullable LeakageCheck leakage;

  /**
   * Rows of {@link Predictions}.
   *
   * @param place name for messages and pages
   * @param rows with the column of {@link Labels#addTo}; a path is in one row
   */
  public record ImageSet(String place, Dataset<Row> rows) {
    private boolean has(String column) {
      return List.of(rows.columns()).contains(column);
    }
  }

  /**
   * An audit of a set.
   *
   * @param other the set whose images should not be in the audited one, such as the test set of a
   *     training set; null if there is none
   */
  public Audit(ImageSet set, @Nullable ImageSet other, AuditOptions options) {
    this.set = set;
    this.other = other;
    this.options = options;
  }

  @Override
  public Dataset<Row> rows() throws UserException, IOException {
    balance = ClassBalance.of(set.rows());
    var parts = new ArrayList<Dataset<Row>>();
    if (checks(Check.QUALITY, "quality", "classify with --quality and --rescore")) {
      quality = QualityCheck.of(set.rows());
      parts.add(quality.rows());
    }
    if (checksLabels()) {
      labels = new LabelCheck(set.rows(), options);
      parts.add(labels.rows());
    }
    if (checks(Check.OUTLIERS, "embedding", "classify with a model that has an embedding output")) {
      outliers = new OutlierCheck(set.rows(), options);
      parts.add(outliers.rows());
    }
    if (checksLeakage()) {
      leakage = new LeakageCheck(set.rows(), Objects.requireNonNull(other).rows(), options);
      parts.add(leakage.rows());
    }
    if (parts.isEmpty()) {
      throw new UserException("nothing can be checked: " + notChecked);
    }
    return AuditRows.ranked(parts.stream().reduce(Dataset::unionByName).orElseThrow());
  }

  private boolean checksLabels() throws UserException {
    return options.probabilities() == Probabilities.MODEL
        ? checks(Check.LABELS, "top_k", "run classify")
        : checks(
            Check.LABELS,
            "embedding",
            "classify with a model that has an embedding output, or use --probabilities model");
  }

  private boolean checksLeakage() throws UserException {
    return checks(
        Check.LEAKAGE,
        other != null,
        "there is no other set to compare with; name it with --other");
  }

  /** Whether a check is made, which needs a column. */
  private boolean checks(Check check, String column, String remedy) throws UserException {
    return checks(check, set.has(column), set.place() + " has no column " + column + "; " + remedy);
  }

  /** Whether a check is made: all possible ones, or those that were asked for. */
  private boolean checks(Check check, boolean possible, String reason) throws UserException {
    boolean named = options.checks().contains(check);
    if (!named && !options.checks().isEmpty()) {
      notChecked.put(check.key(), "not among the checks that were asked for");
      return false;
    }
    if (possible) {
      return true;
    }
    if (named) {
      throw new UserException(reason);
    }
    notChecked.put(check.key(), reason);
    return false;
  }

  @Override
  public AuditSummary summary(Dataset<Row> written) {
    var issues = new TreeMap<String, Long>();
    for (Row row : written.groupBy("issue").count().collectAsList()) {
      issues.put(row.getString(0), row.getLong(1));
    }
    ClassBalance classes = Objects.requireNonNull(balance, "rows() comes first");
    return new AuditSummary(
        set.place(),
        other == null ? null : other.place(),
        classes.labelled() + classes.withoutLabel(),
        issues,
        notChecked,
        labels == null
            ? null
            : labels.summary(issues.getOrDefault(LabelCheck.ISSUE, 0L), pairs(written)),
        outliers == null ? null : outliers.summary(),
        quality == null ? null : quality.summary(),
        leakage == null ? null : leakage.summary(issues),
        classes.summary());
  }

  private static List<AuditSummary.Pair> pairs(Dataset<Row> written) {
    return written
        .where(col("issue").equalTo(LabelCheck.ISSUE))
        .groupBy("given_label", "suggested_label")
        .count()
        .orderBy(col("count").desc(), col("given_label"), col("suggested_label"))
        .limit(MOST_PAIRS)
        .collectAsList()
        .stream()
        .map(row -> new AuditSummary.Pair(row.getString(0), row.getString(1), row.getLong(2)))
        .toList();
  }

  @Override
  public String text(AuditSummary summary) {
    return AuditText.of(summary);
  }

  @Override
  public Page page(Dataset<Row> written, AuditSummary summary) {
    return new AuditPage(written, summary, options.pictures()).page();
  }
}
