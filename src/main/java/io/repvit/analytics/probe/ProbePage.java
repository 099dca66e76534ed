package io.repvit.analytics.probe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import io.repvit.analytics.Labels;
import io.repvit.analytics.Thumbnails;
import io.repvit.analytics.evaluation.ConfusionPicture;
import io.repvit.analytics.probe.ProbeSummary.Accuracy;
import io.repvit.analytics.probe.ProbeSummary.CurvePoint;
import io.repvit.analytics.probe.ProbeSummary.PerClass;
import io.repvit.analytics.probe.ProbeSummary.Regularisation;
import io.repvit.report.Chart;
import io.repvit.report.Numbers;
import io.repvit.report.Page;
import io.repvit.report.Section;
import io.repvit.report.Section.Column;
import io.repvit.report.Svg.Anchor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The page of a {@link Probe}. */
final class ProbePage {
  private static final int MISTAKES = 24;
  private static final int CLASSES = 40;

  private ProbePage() {}

  static Page of(Dataset<Row> written, ProbeSummary s) {
    Accuracy headline = s.test() == null ? s.validation() : s.test();
    String on = s.test() == null ? "out of fold" : "on test images";
    var page =
        new Page("Probe", s.predictions())
            .figure(share(headline.accuracy()), "accuracy " + on)
            .figure(
                String.format(
                    Locale.ROOT, "%.1f to %.1f %%", 100 * headline.low(), 100 * headline.high()),
                "95 % interval (Wilson)")
            .figure(Numbers.count(s.trainingImages()), "training images")
            .figure(Numbers.count(s.classes().size()), "classes");
    if (!s.learningCurve().isEmpty()) {
      page.add(curve(s));
    }
    page.add(regularisation(s)).add(classes(s)).add(confusion(s));
    page.add(mistakes(written, s)).add(images(s));
    if (s.model() != null) {
      page.add(model(s.model()));
    }
    return page;
  }

  private static Section curve(ProbeSummary s) {
    List<CurvePoint> points = s.learningCurve();
    var chart = new Chart("Accuracy by training images", "accuracy", 0, points.size(), 1, 0);
    var rows = new ArrayList<List<String>>();
    for (int i = 0; i < points.size(); i++) {
      CurvePoint p = points.get(i);
      String tip =
          String.format(
              Locale.ROOT,
              "%d images per class: %.4f (%.4f to %.4f)",
              p.imagesPerClass(),
              p.accuracy(),
              p.accuracyLeast(),
              p.accuracyMost());
      chart.bar(i + 0.15, i + 0.85, p.accuracy(), tip);
      chart.tick(i + 0.5, Anchor.MIDDLE, Numbers.count(p.imagesPerClass()));
      rows.add(
          List.of(
              Numbers.count(p.imagesPerClass()),
              Numbers.count(p.trainingImages()),
              share(p.accuracy()),
              share(p.accuracyLeast()) + " to " + share(p.accuracyMost())));
    }
    return new Section("How many labels it takes")
        .chart(chart)
        .table(
            List.of(
                new Column("images per class", true),
                new Column("training images", true),
                new Column("accuracy", true),
                new Column("draws", true)),
            rows)
        .note(
            String.format(
                Locale.ROOT,
                "Accuracy on the same test images. Each line but the last is the mean of %d draws of the"
                    + " training images, and the least and greatest of them.",
                ProbeTraining.DRAWS));
  }

  private static Section regularisation(ProbeSummary s) {
    var chart =
        new Chart("Accuracy by regularisation", "accuracy", 0, s.regularisations().size(), 1, 0);
    var rows = new ArrayList<List<String>>();
    for (int i = 0; i < s.regularisations().size(); i++) {
      Regularisation r = s.regularisations().get(i);
      chart.bar(
          i + 0.15,
          i + 0.85,
          r.accuracy(),
          String.format(Locale.ROOT, "%s: %.4f", plain(r.regularisation()), r.accuracy()));
      chart.tick(i + 0.5, Anchor.MIDDLE, plain(r.regularisation()));
      rows.add(
          List.of(
              plain(r.regularisation())
                  + (r.regularisation() == s.regularisation() ? " (chosen)" : ""),
              share(r.accuracy()),
              share(r.accuracyLeast()) + " to " + share(r.accuracyMost()),
              String.format(Locale.ROOT, "%.4f", r.logLoss())));
    }
    var section =
        new Section("Regularisation")
            .chart(chart)
            .table(
                List.of(
                    new Column("regularisation", true),
                    new Column("accuracy", true),
                    new Column("folds", true),
                    new Column("log loss", true)),
                rows)
            .note(
                String.format(
                    Locale.ROOT,
                    "Cross-validation with %d folds on the training images; the least log loss is chosen.",
                    s.folds()));
    int last = s.regularisations().size() - 1;
    boolean atEnd =
        s.regularisation() == s.regularisations().get(0).regularisation()
            || s.regularisation() == s.regularisations().get(last).regularisation();
    return last > 0 && atEnd
        ? section.note("The chosen value is at the end of the list: try values beyond it.")
        : section;
  }

  private static Section classes(ProbeSummary s) {
    var worst =
        s.classes().stream()
            .sorted(
                Comparator.comparing(
                        (PerClass c) -> c.recall() == null ? Double.MAX_VALUE : c.recall())
                    .thenComparing(PerClass::label))
            .limit(CLASSES)
            .map(
                c ->
                    List.of(
                        c.label(),
                        Numbers.count(c.trainingImages()),
                        Numbers.count(c.images()),
                        share(c.recall()),
                        share(c.precision())))
            .toList();
    var section =
        new Section("Classes")
            .table(
                List.of(
                    new Column("class", false),
                    new Column("training", true),
                    new Column("evaluated", true),
                    new Column("recall", true),
                    new Column("precision", true)),
                worst);
    return s.classes().size() > CLASSES
        ? section.note(
            String.format(
                Locale.ROOT,
                "The %d classes with the least recall of %d; summary.json has all.",
                CLASSES,
                s.classes().size()))
        : section;
  }

  private static Section confusion(ProbeSummary s) {
    Map<String, Long> images =
        s.classes().stream().collect(Collectors.toMap(PerClass::label, PerClass::images));
    var picture = ConfusionPicture.of(s.confusion(), images);
    var section =
        new Section("Confusion")
            .chart(picture.svg())
            .note(
                "Row: true label. Column: predicted label, by the number in its row. Shade: share of"
                    + " the row's images; red ones are wrong.");
    return picture.labels().size() == picture.allLabels()
        ? section
        : section.note(
            String.format(
                Locale.ROOT,
                "The %d labels of %s in the most frequent confusions.",
                picture.labels().size(),
                Numbers.count(picture.allLabels())));
  }

  /** The images whose wrong label has the greatest probability. */
  private static Section mistakes(Dataset<Row> written, ProbeSummary s) {
    var section = new Section("Confident mistakes").wide();
    String set = s.test() == null ? Probe.TRAIN : Probe.TEST;
    List<Row> rows =
        written
            .where(col("set").equalTo(set).and(not(ProbeResults.RIGHT)))
            .orderBy(col("score").desc(), col("path"))
            .limit(MISTAKES)
            .collectAsList();
    if (rows.isEmpty()) {
      return section.text("There are none.");
    }
    Map<String, Thumbnails.Picture> pictures =
        Thumbnails.read(
            written.sparkSession(),
            rows.stream().map(row -> row.<String>getAs("path")).toList(),
            Thumbnails.Options.DEFAULT);
    var shown = new ArrayList<Section.Picture>();
    for (Row row : rows) {
      String path = row.getAs("path");
      Thumbnails.Picture picture = pictures.get(path);
      if (picture != null) {
        String label =
            String.format(
                Locale.ROOT, "%s %.2f", row.<String>getAs("predicted"), row.<Double>getAs("score"));
        shown.add(picture.captioned(label, "labelled " + row.getAs(Labels.COLUMN)));
      }
    }
    return section
        .pictures(shown)
        .note("Wrong predictions with the greatest probability. Some are wrong labels.");
  }

  private static Section images(ProbeSummary s) {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("training images", Numbers.count(s.trainingImages())));
    rows.add(List.of("test images", s.test() == null ? "0" : Numbers.count(s.test().images())));
    rows.add(List.of("without a label, not used", Numbers.count(s.withoutLabel())));
    rows.add(List.of("without an embedding, not used", Numbers.count(s.withoutEmbedding())));
    rows.add(List.of("classes with too few images, not used", Numbers.count(s.leftOut().size())));
    rows.add(List.of("classes with fewer images than folds", Numbers.count(s.classesBelowFolds())));
    rows.add(
        List.of("test images of other classes, not used", Numbers.count(s.testWithoutClass())));
    rows.add(List.of("weights of classes", s.classWeights()));
    var section =
        new Section("Images")
            .table(List.of(new Column("what", false), new Column("value", true)), rows);
    return s.baseModelSha256() == null
        ? section
        : section.note("Model of the embeddings: SHA-256 " + s.baseModelSha256());
  }

  private static Section model(ProbeSummary.Model m) {
    ProbeSummary.Verified v = m.verified();
    var section =
        new Section("New model")
            .table(
                List.of(new Column("what", false), new Column("value", false)),
                List.of(
                    List.of("file", m.file()),
                    List.of("SHA-256", m.sha256()),
                    List.of("size", Numbers.bytes(m.bytes())),
                    List.of(
                        "stored embeddings compared with MLlib",
                        String.format(
                            Locale.ROOT,
                            "%d, probabilities within %.1e",
                            v.embeddings(),
                            v.largestDifference())),
                    List.of(
                        "images classified again",
                        String.format(
                            Locale.ROOT,
                            "%d, probabilities within %.1e; %d unreadable, %d changed",
                            v.images(),
                            v.imagesLargestDifference(),
                            v.unreadable(),
                            v.changed()))));
    return v.note().isEmpty() ? section : section.note(v.note());
  }

  /** Without an exponent. */
  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  private static String share(@Nullable Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
