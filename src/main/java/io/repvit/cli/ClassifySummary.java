package io.repvit.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;

import io.repvit.metrics.LeftOut;
import io.repvit.run.LabelMix;
import io.repvit.run.RunCascade;
import io.repvit.run.RunEnd;
import io.repvit.run.RunManifest;
import io.repvit.run.RunPlan;
import io.repvit.table.Destination;
import io.repvit.table.PredictionTable;
import io.repvit.table.QuarantineTable;
import io.repvit.table.RunKey;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What {@code classify} tells people when it ends. */
final class ClassifySummary {
  /** Predictions that are shown. */
  private static final int SAMPLE = 10;

  private ClassifySummary() {}

  /** Some predictions of a published run. */
  static List<Row> sample(SparkSession spark, Destination destination, RunKey key) {
    return destination
        .predictions(key, spark)
        .select(regexp_extract(col("path"), "([^/]+/){0,2}[^/]+$", 0), col("label"), col("score"))
        .limit(SAMPLE)
        .collectAsList();
  }

  static void print(
      PrintWriter out, Destination destination, RunEnd.Published published, List<Row> sample) {
    RunKey key = published.key();
    RunManifest m = published.manifest();
    LeftOut leftOut = published.leftOut();
    out.printf(Locale.ROOT, "%-48s %-20s %s%n", "some of the predictions", "label", "score");
    for (Row row : sample) {
      out.printf(
          Locale.ROOT, "%-48s %-20s %.4f%n", row.getString(0), row.getString(1), row.getFloat(2));
    }
    out.println();
    out.printf(Locale.ROOT, "%-24s %8s%n", "label", "images");
    LabelMix mix = m.labels().most(LabelMix.SHOWN);
    mix.labels().forEach((label, n) -> out.printf(Locale.ROOT, "%-24s %8d%n", label, n));
    LabelMix.Others others = mix.otherLabels();
    if (others.labels() > 0) {
      out.printf(
          Locale.ROOT,
          "%-24s %8d%n",
          String.format(Locale.ROOT, "(%d others)", others.labels()),
          others.images());
    }
    m.quarantineReasons()
        .forEach((why, n) -> out.printf(Locale.ROOT, "%-24s %8d%n", "! " + why, n));
    out.printf(
        Locale.ROOT,
        "%n%d images: %d predicted, %d quarantined, %.1f images/s in %.1f s%n",
        m.listed(),
        m.predicted(),
        m.quarantined(),
        m.imagesPerSecond(),
        m.classifySeconds());
    RunCascade cascade = m.cascade();
    if (cascade != null) {
      out.printf(
          Locale.ROOT,
          "%d answered by the first model, %s; %d by the second, %s%n",
          cascade.answeredByFirst(),
          m.model().model(),
          cascade.answeredBySecond(),
          cascade.second().model());
    }
    if (m.skipped() > 0) {
      out.printf(Locale.ROOT, "%d were scored before and skipped%n", m.skipped());
    }
    if (m.skippedFailed() > 0) {
      out.printf(
          Locale.ROOT,
          "%d failed before, would fail again and were skipped; --rescore tries them%n",
          m.skippedFailed());
    }
    if (!leftOut.nothing()) {
      out.println(leftOut.text());
    }
    for (String table : List.of(PredictionTable.NAME, QuarantineTable.NAME)) {
      out.printf(Locale.ROOT, "%-12s %s%n", table, destination.place(table, key));
    }
    out.printf(Locale.ROOT, "manifest     %s%n", key.manifest());
    out.printf(Locale.ROOT, "report       %s%n", key.report());
    out.flush();
  }

  /** Of a dry run. */
  static void print(PrintWriter out, RunPlan planned, double seconds) {
    out.printf(
        Locale.ROOT,
        "%s; %d skipped, scored before; %d skipped, failed before; %s; planned in %.1f s, peak heap %d MiB%n",
        planned.plan().summary(),
        planned.skipped(),
        planned.failed(),
        planned.plan().leftOut().text(),
        seconds,
        Machine.peakHeapMiB());
    out.flush();
  }
}
