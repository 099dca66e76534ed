package io.repvit.analytics.audit;

import static org.apache.spark.sql.functions.col;

import io.repvit.analytics.Thumbnails;
import io.repvit.report.Numbers;
import io.repvit.report.Page;
import io.repvit.report.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The page of an audit.
 *
 * @param written rows of {@link AuditRows}
 * @param pictures number of pictures per issue
 */
record AuditPage(Dataset<Row> written, AuditSummary summary, int pictures) {
  private static final int MOST_CLASSES = 40;
  private static final int MOST_PAIRS = 15;

  Page page() {
    var page =
        new Page("Audit of images and labels", summary.predictions())
            .figure(Numbers.count(summary.images()), "images");
    summary
        .issues()
        .forEach((issue, images) -> page.badFigure(Numbers.count(images), title(issue)));
    Map<String, List<Row>> first = first();
    Map<String, Thumbnails.Picture> thumbnails =
        Thumbnails.read(written.sparkSession(), paths(first), Thumbnails.Options.DEFAULT);
    for (String issue : ordered(first)) {
      page.add(section(issue, Objects.requireNonNull(first.get(issue)), thumbnails));
    }
    if (first.isEmpty()) {
      page.add(new Section("Issues").text("The checks found none."));
    }
    page.add(balance());
    if (!summary.notChecked().isEmpty()) {
      var section = new Section("Not checked");
      summary.notChecked().forEach((check, reason) -> section.text(check + ": " + reason));
      page.add(section);
    }
    return page;
  }

  /** The first rows of each issue. */
  private Map<String, List<Row>> first() {
    var first = new LinkedHashMap<String, List<Row>>();
    for (Row row :
        written.where(col("rank").leq(pictures)).orderBy("issue", "rank").collectAsList()) {
      first.computeIfAbsent(row.getAs("issue"), issue -> new ArrayList<>()).add(row);
    }
    return first;
  }

  /** Labels first. */
  private static List<String> ordered(Map<String, List<Row>> first) {
    var ordered = new ArrayList<String>();
    if (first.containsKey(LabelCheck.ISSUE)) {
      ordered.add(LabelCheck.ISSUE);
    }
    first.keySet().stream().filter(issue -> !ordered.contains(issue)).forEach(ordered::add);
    return ordered;
  }

  private static List<String> paths(Map<String, List<Row>> first) {
    var paths = new LinkedHashSet<String>();
    for (List<Row> rows : first.values()) {
      for (Row row : rows) {
        paths.add(row.getAs("path"));
        if (row.getAs("other_path") != null) {
          paths.add(row.getAs("other_path"));
        }
      }
    }
    return List.copyOf(paths);
  }

  private Section section(
      String issue, List<Row> rows, Map<String, Thumbnails.Picture> thumbnails) {
    long all = summary.issues().getOrDefault(issue, 0L);
    var section =
        new Section(title(issue))
            .wide()
            .text(
                String.format(
                    Locale.ROOT,
                    "%s images, the %d with the lowest scores are shown.",
                    Numbers.count(all),
                    rows.size()));
    var shown = new ArrayList<Section.Picture>();
    for (Row row : rows) {
      shown.add(
          Objects.requireNonNull(thumbnails.get(row.<String>getAs("path")))
              .captioned(label(row), detail(row)));
      String other = row.getAs("other_path");
      if (other != null) {
        shown.add(Objects.requireNonNull(thumbnails.get(other)).captioned("the other set", ""));
      }
    }
    section.pictures(shown);
    if (issue.equals(LabelCheck.ISSUE) && summary.labels() != null) {
      labels(section, summary.labels());
    }
    return section;
  }

  private static String label(Row row) {
    String given = row.getAs("given_label");
    String suggested = row.getAs("suggested_label");
    String shown = given == null ? "no label" : given;
    return suggested == null ? shown : shown + " \u2192 " + suggested;
  }

  private static String detail(Row row) {
    return String.format(Locale.ROOT, "score %.3g", row.<Double>getAs("score"));
  }

  private static void labels(Section section, AuditSummary.LabelIssues labels) {
    section.note(
        "Under a picture: the given label, the suggested one and the score of the given label ("
            + labels.rankBy()
            + ").");
    var rows = new ArrayList<List<String>>();
    for (AuditSummary.Pair pair : labels.pairs().stream().limit(MOST_PAIRS).toList()) {
      rows.add(List.of(pair.given(), pair.suggested(), Numbers.count(pair.images())));
    }
    section.heading("Most frequent pairs");
    section.table(
        List.of(
            new Section.Column("given", false),
            new Section.Column("suggested", false),
            new Section.Column("images", true)),
        rows);
  }

  private Section balance() {
    AuditSummary.Balance balance = summary.balance();
    var section = new Section("Class balance").wide();
    List<AuditSummary.ClassSize> classes =
        balance.classes().stream()
            .sorted((a, b) -> Long.compare(b.images(), a.images()))
            .limit(MOST_CLASSES)
            .toList();
    if (classes.isEmpty()) {
      return section.text("No image has a label.");
    }
    section.text(
        String.format(
            Locale.ROOT,
            "%s classes; the largest has %s times the images of the smallest. %s images have no label.",
            Numbers.count(balance.classes().size()),
            Numbers.number(balance.imbalanceRatio()),
            Numbers.count(balance.withoutLabel())));
    var rows = new ArrayList<List<String>>();
    for (AuditSummary.ClassSize c : classes) {
      rows.add(
          List.of(
              c.label(),
              Numbers.count(c.images()),
              Numbers.percent(c.share()),
              c.rare() ? "fewer than " + Numbers.count(balance.leastImages()) : ""));
    }
    double largest = classes.get(0).images();
    section.table(
        List.of(
            new Section.Column("label", false),
            new Section.Column("images", true),
            new Section.Column("share", true),
            new Section.Column("rare", false)),
        rows,
        classes.stream().map(c -> c.images() / largest).toList());
    return classes.size() < balance.classes().size()
        ? section.note("The " + classes.size() + " largest classes; summary.json has all.")
        : section;
  }

  private static String title(String issue) {
    return switch (issue) {
      case LabelCheck.ISSUE -> "Likely wrong labels";
      default -> {
        String words = issue.replace("leak_", "in both sets: ").replace('_', ' ');
        yield words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
      }
    };
  }
}
