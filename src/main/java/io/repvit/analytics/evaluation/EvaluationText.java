package io.repvit.analytics.evaluation;

import io.repvit.analytics.evaluation.EvaluationSummary.Comparison;
import io.repvit.analytics.evaluation.EvaluationSummary.PerClass;
import io.repvit.analytics.evaluation.EvaluationSummary.Temperature;
import java.util.Comparator;
import java.util.Locale;

/** An evaluation as text for a terminal. */
final class EvaluationText {
  private static final int MOST_CONFUSIONS = 10;

  private final StringBuilder text = new StringBuilder();

  private EvaluationText() {}

  static String of(EvaluationSummary e) {
    var writer = new EvaluationText();
    writer.classes(e);
    writer.totals(e);
    if (e.temperature() != null) {
      writer.temperature(e.temperature());
    }
    if (e.comparison() != null) {
      writer.comparison(e.comparison());
    }
    return writer.text.toString().stripTrailing();
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }

  private void classes(EvaluationSummary e) {
    line("%-24s %8s %8s %10s %8s", "label", "images", "recall", "precision", "F1");
    for (PerClass c : e.classes()) {
      line(
          "%-24s %8d %8.4f %10.4f %8.4f", c.label(), c.images(), c.recall(), c.precision(), c.f1());
    }
    line("%nmost frequent confusions");
    e.confusion().stream()
        .filter(c -> !c.truth().equals(c.predicted()))
        .sorted(Comparator.comparingLong(EvaluationSummary.Confusion::images).reversed())
        .limit(MOST_CONFUSIONS)
        .forEach(c -> line("%-24s %8d as %s", c.truth(), c.images(), c.predicted()));
  }

  private void totals(EvaluationSummary e) {
    line(
        "%n%d images, %d without truth: top-1 %.4f, top-%d %.4f",
        e.images(), e.withoutTruth(), e.top1(), e.k(), e.topK());
    line(
        "macro F1 %.4f (%s), weighted F1 %.4f; top-1 %s (95 %%)",
        e.macro().f1(),
        e.intervals().macroF1().text(),
        e.weighted().f1(),
        e.intervals().top1().text());
    line(
        "expected calibration error %.4f with %d bins",
        e.calibration().ece(), e.calibration().bins().size());
  }

  private void temperature(Temperature t) {
    line(
        "temperature %.6f: expected calibration error %.4f, was %.4f; mean NLL %.4f, was %.4f",
        t.value(), t.eceCalibrated(), t.ece(), t.nllCalibrated(), t.nll());
  }

  private void comparison(Comparison c) {
    line(
        "%d shared images with equal labels: %.4f; accuracy %.4f, of the other %.4f, difference %.4f"
            + " (%s); McNemar %s p = %.4g",
        c.shared(),
        c.agreement(),
        c.accuracy(),
        c.otherAccuracy(),
        c.difference(),
        c.differenceInterval().text(),
        c.mcnemar().test(),
        c.mcnemar().pValue());
  }
}
