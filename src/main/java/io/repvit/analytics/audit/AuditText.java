package io.repvit.analytics.audit;

import io.repvit.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An {@link AuditSummary} for a terminal. */
final class AuditText {
  private static final int MOST_PAIRS = 10;
  private static final int MOST_CLASSES = 10;

  private AuditText() {}

  static String of(AuditSummary summary) {
    var lines = new ArrayList<String>();
    lines.add(line("%,d images of %s", summary.images(), summary.predictions()));
    lines.add("");
    lines.add(line("%-24s %10s", "issue", "images"));
    summary.issues().forEach((issue, images) -> lines.add(line("%-24s %,10d", issue, images)));
    if (summary.issues().isEmpty()) {
      lines.add("none");
    }
    AuditSummary.LabelIssues labels = summary.labels();
    if (labels != null) {
      lines.add("");
      lines.add(
          line(
              "labels: %,d of %,d are likely wrong, estimated %,d",
              labels.flagged(), labels.checked(), labels.estimatedWrong()));
      for (AuditSummary.Pair pair : labels.pairs().stream().limit(MOST_PAIRS).toList()) {
        lines.add(line("  %-24s %,8d as %s", pair.given(), pair.images(), pair.suggested()));
      }
    }
    lines.add("");
    lines.addAll(balance(summary.balance()));
    summary
        .notChecked()
        .forEach((check, reason) -> lines.add("not checked: " + check + ", " + reason));
    return String.join("\n", lines);
  }

  private static List<String> balance(AuditSummary.Balance balance) {
    var lines = new ArrayList<String>();
    lines.add(
        line(
            "classes: %,d, the largest has %s times the images of the smallest; %,d images without a"
                + " label",
            balance.classes().size(),
            Numbers.number(balance.imbalanceRatio()),
            balance.withoutLabel()));
    balance.classes().stream()
        .filter(AuditSummary.ClassSize::rare)
        .limit(MOST_CLASSES)
        .forEach(
            c ->
                lines.add(
                    line(
                        "  %-24s %,8d images, fewer than %,d",
                        c.label(), c.images(), balance.leastImages())));
    return lines;
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
