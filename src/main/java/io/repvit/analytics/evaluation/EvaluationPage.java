package io.repvit.analytics.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.least;

import io.repvit.analytics.Thumbnails;
import io.repvit.analytics.evaluation.EvaluationSummary.Comparison;
import io.repvit.analytics.evaluation.EvaluationSummary.PerClass;
import io.repvit.analytics.evaluation.EvaluationSummary.Temperature;
import io.repvit.report.Numbers;
import io.repvit.report.Page;
import io.repvit.report.Section;
import io.repvit.report.Section.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The page of an evaluation. */
final class EvaluationPage {
  private static final int MOST_CLASSES = 50;
  private static final int MOST_MISTAKES = 24;
  private static final int MOST_RANKS = 5;

  private EvaluationPage() {}

  static Page of(String subject, Dataset<Row> written, EvaluationSummary e) {
    int top = Math.min(MOST_RANKS, e.k());
    Page page =
        new Page("Evaluation", subject)
            .figure(percent(e.top1()), "right, " + range(e.intervals().top1()))
            .figure(percent(e.topAccuracies().get(top - 1)), "true label in the top " + top)
            .figure(number(e.macro().f1()), "macro F1, " + e.intervals().macroF1().text())
            .figure(number(e.calibration().ece()), "expected calibration error")
            .figure(Numbers.count(e.images()), "images with a true label")
            .figure(Numbers.count(e.withoutTruth()), "without, not evaluated");
    page.add(classes(e));
    page.add(confusion(e));
    page.add(calibration(e));
    page.add(mistakes(written));
    if (e.comparison() != null) {
      page.add(comparison(e.comparison()));
      page.add(differences(written));
    }
    return page;
  }

  private static Section classes(EvaluationSummary e) {
    var section = new Section("Classes").wide();
    List<PerClass> shown = e.classes();
    if (shown.size() > MOST_CLASSES) {
      shown =
          shown.stream()
              .sorted(Comparator.comparingDouble(PerClass::f1).thenComparing(PerClass::label))
              .limit(MOST_CLASSES)
              .toList();
    }
    section.table(
        List.of(
            new Column("label", false),
            new Column("F1", true),
            new Column("95 %", true),
            new Column("recall", true),
            new Column("precision", true),
            new Column("images", true),
            new Column("predicted", true)),
        shown.stream().map(EvaluationPage::cells).toList(),
        shown.stream().map(PerClass::f1).toList());
    if (shown.size() < e.classes().size()) {
      section.note(
          String.format(
              Locale.ROOT,
              "The %d labels with the lowest F1 of %s; summary.json has all.",
              shown.size(),
              Numbers.count(e.classes().size())));
    }
    return section.note(
        String.format(
            Locale.ROOT,
            "Mean over the labels: recall %.4f, precision %.4f, F1 %.4f. Weighted by images: recall"
                + " %.4f, precision %.4f, F1 %.4f. Intervals: %d resamples.",
            e.macro().recall(),
            e.macro().precision(),
            e.macro().f1(),
            e.weighted().recall(),
            e.weighted().precision(),
            e.weighted().f1(),
            e.intervals().resamples()));
  }

  private static List<String> cells(PerClass c) {
    return List.of(
        c.label(),
        number(c.f1()),
        c.f1Interval() == null
            ? ""
            : String.format(
                Locale.ROOT, "%.3f to %.3f", c.f1Interval().low(), c.f1Interval().high()),
        number(c.recall()),
        c.predicted() == 0 ? "none predicted" : number(c.precision()),
        Numbers.count(c.images()),
        Numbers.count(c.predicted()));
  }

  private static Section confusion(EvaluationSummary e) {
    var picture = ConfusionPicture.of(e);
    var section = new Section("Confusion").chart(picture.svg());
    section.note(
        "Row: true label. Column: predicted label, by the number in its row. Shade: share of the"
            + " row's images; red ones are wrong.");
    if (picture.labels().size() < picture.allLabels()) {
      section.note(
          String.format(
              Locale.ROOT,
              "The %d labels of %s in the most frequent confusions.",
              picture.labels().size(),
              Numbers.count(picture.allLabels())));
    }
    return section
        .heading("Most frequent")
        .table(
            List.of(
                new Column("true", false),
                new Column("predicted", false),
                new Column("images", true)),
            picture.mistakes().stream()
                .limit(10)
                .map(c -> List.of(c.truth(), c.predicted(), Numbers.count(c.images())))
                .toList());
  }

  private static Section calibration(EvaluationSummary e) {
    Calibration c = e.calibration();
    var section =
        new Section("Calibration")
            .chart(ReliabilityPlot.of(c))
            .note(
                "Bar: share of right images with such a score. Red line: their mean score. Both are equal"
                    + " if scores are probabilities.")
            .text(
                String.format(
                    Locale.ROOT,
                    "Expected calibration error %.4f (%s), largest of a bin %.4f. On average"
                        + " the score is %.4f, the accuracy %.4f.",
                    c.ece(),
                    e.intervals().ece().text(),
                    c.mce(),
                    meanScore(c),
                    e.top1()));
    Temperature t = e.temperature();
    if (t != null) {
      section.text(
          String.format(
              Locale.ROOT,
              "Temperature %.4f, fitted on %s images: expected calibration error %.4f instead of %.4f,"
                  + " mean negative log-likelihood %.4f instead of %.4f.",
              t.value(),
              Numbers.count(t.images()),
              t.eceCalibrated(),
              t.ece(),
              t.nllCalibrated(),
              t.nll()));
    }
    var accuracies = new ArrayList<List<String>>();
    for (int n = 1; n <= Math.min(e.k(), MOST_RANKS); n++) {
      accuracies.add(List.of("top " + n, number(e.topAccuracies().get(n - 1))));
    }
    return section
        .heading("True label among the best")
        .table(
            List.of(new Column("classes", false), new Column("share of images", true)), accuracies);
  }

  private static double meanScore(Calibration c) {
    double sum = 0;
    double images = 0;
    for (Calibration.Bin bin : c.bins()) {
      sum += bin.images() == 0 ? 0 : bin.images() * bin.meanScore();
      images += bin.images();
    }
    return sum / images;
  }

  private static Section mistakes(Dataset<Row> written) {
    return images(
        new Section("Most confident mistakes").wide(),
        written
            .where("not right")
            .orderBy(col("score").desc(), col("path"))
            .select("path", "truth", "label", "score"),
        r -> "true: " + r.getString(1),
        "A confident mistake can be a wrong true label.",
        "No image is wrong.");
  }

  private static Section differences(Dataset<Row> written) {
    return images(
        new Section("Where they differ").wide(),
        written
            .where("same_content and label <> other_label")
            .orderBy(least(col("score"), col("other_score")).desc(), col("path"))
            .select("path", "truth", "label", "score", "other_label", "other_score"),
        r ->
            String.format(
                Locale.ROOT,
                "other: %s %.4f%s",
                r.getString(4),
                r.getFloat(5),
                r.isNullAt(1) ? "" : ", true: " + r.getString(1)),
        "The images where both models are most certain. All: rows, label <> other_label.",
        "Both models give the same labels.");
  }

  /** Thumbnails of the first images of rows with path, truth, label and score. */
  private static Section images(
      Section section,
      Dataset<Row> chosen,
      Function<Row, String> detail,
      String note,
      String none) {
    List<Row> rows = chosen.limit(MOST_MISTAKES).collectAsList();
    if (rows.isEmpty()) {
      return section.text(none);
    }
    List<String> paths = rows.stream().map(r -> r.getString(0)).toList();
    Map<String, Thumbnails.Picture> thumbnails =
        Thumbnails.read(chosen.sparkSession(), paths, Thumbnails.Options.DEFAULT);
    return section
        .pictures(
            rows.stream()
                .map(
                    r ->
                        Objects.requireNonNull(thumbnails.get(r.getString(0)))
                            .captioned(
                                r.getString(2) + " " + number(r.getFloat(3)), detail.apply(r)))
                .toList())
        .note(note);
  }

  private static Section comparison(Comparison c) {
    return new Section("Two models")
        .text(
            String.format(
                Locale.ROOT,
                "Both models classified %s images; the labels of %s are equal.",
                Numbers.count(c.shared()),
                percent(c.agreement())))
        .table(
            List.of(
                new Column("", false),
                new Column("other right", true),
                new Column("other wrong", true),
                new Column("accuracy", true)),
            List.of(
                List.of(
                    "right",
                    Numbers.count(c.bothRight()),
                    Numbers.count(c.onlyFirstRight()),
                    number(c.accuracy())),
                List.of(
                    "wrong",
                    Numbers.count(c.onlyOtherRight()),
                    Numbers.count(c.noneRight()),
                    number(c.otherAccuracy()) + " other")))
        .text(
            String.format(
                Locale.ROOT,
                "Difference of the accuracies %+.4f (%s). McNemar's test (%s): p = %.4g.",
                c.difference(),
                c.differenceInterval().text(),
                c.mcnemar().test(),
                c.mcnemar().pValue()))
        .note(
            String.format(
                Locale.ROOT,
                "Not compared: %s images that only the first table has, %s that only the other has, %s"
                    + " whose content differs.",
                Numbers.count(c.onlyFirst()),
                Numbers.count(c.onlyOther()),
                Numbers.count(c.otherContent())));
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, "%.4f", x);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String range(Interval interval) {
    return String.format(
        Locale.ROOT, "%.1f to %.1f %%", 100 * interval.low(), 100 * interval.high());
  }
}
