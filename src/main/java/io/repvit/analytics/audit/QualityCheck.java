package io.repvit.analytics.audit;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.repvit.analytics.Labels;
import io.repvit.image.ImageQuality.Issue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Images that the quality measures flag, with the thresholds of CleanVision.
 *
 * @param images rows with {@code path}, {@code quality} and {@link Labels#COLUMN}
 * @param measured number of images that have the measures
 * @param flagged number of images by issue
 */
record QualityCheck(Dataset<Row> images, long measured, Map<Issue, Long> flagged) {
  /**
   * An issue of more images than this share is a property of the set: its images are counted, but
   * are no rows. That is CleanVision's {@code max_prevalence}.
   */
  private static final double MAX_PREVALENCE = 0.5;

  /** Counts, with one pass over the measures. */
  static QualityCheck of(Dataset<Row> images) {
    var counts = new ArrayList<Column>();
    for (Issue issue : Issue.values()) {
      counts.add(count(when(score(issue).lt(issue.threshold()), 1)));
    }
    Row found = images.agg(count("quality"), counts.toArray(Column[]::new)).first();
    var flagged = new LinkedHashMap<Issue, Long>();
    for (Issue issue : Issue.values()) {
      flagged.put(issue, found.getLong(1 + issue.ordinal()));
    }
    return new QualityCheck(images, found.getLong(0), flagged);
  }

  /** Issues of more than half of the images. */
  List<Issue> prevalent() {
    return flagged.entrySet().stream()
        .filter(issue -> issue.getValue() > MAX_PREVALENCE * measured)
        .map(Map.Entry::getKey)
        .toList();
  }

  AuditSummary.Quality summary() {
    var counts = new LinkedHashMap<String, Long>();
    flagged.forEach((issue, images) -> counts.put(issue.column(), images));
    return new AuditSummary.Quality(
        measured, counts, prevalent().stream().map(Issue::column).toList());
  }

  Dataset<Row> rows() {
    List<Issue> prevalent = prevalent();
    var issues = new ArrayList<Column>();
    for (Issue issue : Issue.values()) {
      if (!prevalent.contains(issue)) {
        issues.add(
            struct(
                lit(issue.column()).as("issue"),
                score(issue).as("score"),
                lit(issue.threshold()).as("threshold")));
      }
    }
    Column below = filter(array(issues.toArray(Column[]::new)), QualityCheck::isBelow);
    return AuditRows.of(
        images.select(col("path"), col(Labels.COLUMN), explode(below).as("flag")),
        col("flag.issue"),
        col("flag.score"),
        col(Labels.COLUMN),
        AuditRows.Extra.NONE,
        format_string("below the threshold %s", col("flag.threshold").cast("string")));
  }

  private static Column isBelow(Column flag) {
    return flag.getField("score").lt(flag.getField("threshold"));
  }

  private static Column score(Issue issue) {
    return col("quality").getField(issue.column());
  }
}
