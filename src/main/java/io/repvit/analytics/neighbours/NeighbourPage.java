package io.repvit.analytics.neighbours;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import io.repvit.analytics.Thumbnails;
import io.repvit.analytics.neighbours.NeighbourSummary.Bar;
import io.repvit.report.Chart;
import io.repvit.report.Numbers;
import io.repvit.report.Page;
import io.repvit.report.Section;
import io.repvit.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The page of {@link Neighbours}. */
final class NeighbourPage {
  private static final int EXAMPLES = 8;
  private static final int SHOWN_NEIGHBOURS = 6;
  private static final double BAR = 0.02;

  private NeighbourPage() {}

  static Page of(
      Dataset<Row> written, NeighbourSummary summary, String subject, NeighbourOptions options) {
    Page page =
        new Page("Neighbours", subject)
            .figure(Numbers.count(summary.queries()), "queries")
            .figure(Numbers.count(summary.rows()), "rows")
            .figure(String.valueOf(summary.width()), "values per embedding")
            .figure(String.valueOf(summary.k()), "neighbours per query")
            .figure(summary.recall(), "recall")
            .figure(Numbers.duration(summary.seconds()), "search");
    page.add(chart("Nearest neighbour", summary.nearest()));
    page.add(chart("Neighbour " + summary.k(), summary.farthest()));
    page.add(method(summary, options));
    if (!summary.problems().isEmpty() || !summary.unusable().isEmpty()) {
      page.add(problems(summary));
    }
    return page.add(examples(written));
  }

  private static Section chart(String title, List<Bar> bars) {
    var section = new Section(title);
    if (bars.isEmpty()) {
      return section.text("No query has this neighbour.");
    }
    double from = bars.get(0).from();
    double to = bars.get(bars.size() - 1).from() + BAR;
    long highest = bars.stream().mapToLong(Bar::count).max().orElse(1);
    var chart = new Chart(title, "queries", from, to, highest, 1);
    for (Bar bar : bars) {
      String tip =
          String.format(
              Locale.ROOT,
              "%,d queries from %.2f to %.2f",
              bar.count(),
              bar.from(),
              bar.from() + BAR);
      chart.bar(bar.from(), bar.from() + BAR, bar.count(), tip);
    }
    chart.tick(from, Anchor.START, String.format(Locale.ROOT, "%.2f", from));
    chart.tick(to, Anchor.END, String.format(Locale.ROOT, "%.2f", to));
    return section.chart(chart).note("Cosine of the embeddings of query and neighbour.");
  }

  private static Section method(NeighbourSummary summary, NeighbourOptions options) {
    var section = new Section("Method");
    CellFacts cells = summary.approximation();
    if (cells == null) {
      return section.text("Each query is compared with all rows, so the neighbours are exact.");
    }
    section.text(
        String.format(
            Locale.ROOT,
            "Each query is compared with the rows in the %,d of %,d cells that are nearest to it. On"
                + " %,d queries that were also compared with all rows, %s of the exact neighbours"
                + " were found.",
            cells.probes(),
            cells.cells(),
            cells.recallQueries(),
            summary.recall()));
    return cells.recallTarget() == null
        ? section.note("The number of probes was given.")
        : section.note(
            String.format(
                Locale.ROOT,
                "The number of probes was chosen for a recall of %s with a sample of %,d queries.",
                options.recall(),
                options.sample()));
  }

  private static Section problems(NeighbourSummary summary) {
    var section = new Section("Not compared");
    if (!summary.problems().isEmpty()) {
      section.text(
          "Queries without neighbours: " + NeighbourSummary.text(summary.problems()) + ".");
    }
    if (!summary.unusable().isEmpty()) {
      section.text(
          "Rows that can be no neighbours: " + NeighbourSummary.text(summary.unusable()) + ".");
    }
    return section.note("Queries without neighbours are in the rows, with their problem.");
  }

  private static Section examples(Dataset<Row> written) {
    var section = new Section("Examples").wide();
    Object[] queries =
        written
            .where(col("rank").equalTo(1))
            .orderBy(xxhash64(col("path")), col("path"))
            .select("path")
            .limit(EXAMPLES)
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toArray();
    if (queries.length == 0) {
      return section.text("No query has a neighbour.");
    }
    Map<String, List<Row>> strips = new LinkedHashMap<>();
    var paths = new ArrayList<String>();
    for (Row row :
        written
            .where(col("path").isin(queries).and(col("rank").leq(SHOWN_NEIGHBOURS)))
            .orderBy("path", "rank")
            .collectAsList()) {
      strips.computeIfAbsent(row.getAs("path"), path -> new ArrayList<>()).add(row);
      paths.add(row.getAs("path"));
      paths.add(row.getAs("neighbour"));
    }
    Map<String, Thumbnails.Picture> pictures =
        Thumbnails.read(written.sparkSession(), paths, Thumbnails.Options.DEFAULT);
    strips.forEach(
        (query, rows) -> {
          var strip = new ArrayList<Section.Picture>();
          strip.add(picture(pictures, query, "query"));
          for (Row row : rows) {
            String cosine = String.format(Locale.ROOT, "%.3f", row.<Float>getAs("cosine"));
            strip.add(picture(pictures, row.getAs("neighbour"), cosine));
          }
          section.pictures(strip);
        });
    return section.note(
        "Some queries, chosen by a hash of their paths, and their nearest neighbours with the cosine.");
  }

  private static Section.Picture picture(
      Map<String, Thumbnails.Picture> pictures, String path, String label) {
    Thumbnails.Picture picture = pictures.get(path);
    if (picture == null) {
      throw new IllegalStateException("no picture was asked for " + path);
    }
    return picture.captioned(label, "");
  }
}
