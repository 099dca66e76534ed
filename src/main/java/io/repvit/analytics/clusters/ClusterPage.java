package io.repvit.analytics.clusters;

import static io.repvit.analytics.clusters.ClusterFit.CLUSTER;
import static org.apache.spark.sql.functions.col;

import io.repvit.analytics.Thumbnails;
import io.repvit.analytics.Thumbnails.Picture;
import io.repvit.analytics.clusters.ClusterSummary.Cluster;
import io.repvit.analytics.clusters.ClusterSummary.LabelShare;
import io.repvit.analytics.clusters.ClusterSummary.Member;
import io.repvit.analytics.clusters.ClusterSummary.Mix;
import io.repvit.analytics.clusters.ClusterSummary.Tried;
import io.repvit.report.Chart;
import io.repvit.report.Numbers;
import io.repvit.report.Page;
import io.repvit.report.Scatter;
import io.repvit.report.Section;
import io.repvit.report.Section.Column;
import io.repvit.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The page of {@link Clusters}: figures, charts, and a contact sheet of the clusters. */
final class ClusterPage {
  private static final int TICKS = 10;

  private ClusterPage() {}

  static Page of(String place, Dataset<Row> written, ClusterSummary s, ClusterOptions o) {
    Page page =
        new Page("Clusters", place)
            .figure(Numbers.count(s.clustered()), "images")
            .figure(Numbers.count(s.clusters()), "clusters, " + s.algorithm())
            .figure(number(s.silhouette()), "silhouette");
    if (s.withoutEmbedding() > 0) {
      page.badFigure(Numbers.count(s.withoutEmbedding()), "without an embedding");
    }
    if (s.truthPurity() != null) {
      page.figure(Numbers.percent(s.truthPurity()), "with the main true label of their cluster");
      page.figure(number(s.adjustedRand()), "adjusted Rand index");
    }
    page.add(sizes(s)).add(plane(written, s, o));
    if (!s.tried().isEmpty()) {
      page.add(tried(s));
    }
    contactSheet(page, written, s, o);
    return page;
  }

  private static String number(@Nullable Double value) {
    return value == null ? "none" : String.format(Locale.ROOT, "%.3f", value);
  }

  private static Section sizes(ClusterSummary s) {
    List<Cluster> clusters = s.list();
    double most = clusters.stream().mapToLong(Cluster::images).max().orElse(1);
    var chart = new Chart("Sizes of the clusters", "images", 0, clusters.size(), most, 1);
    for (Cluster c : clusters) {
      chart.bar(
          c.cluster(),
          c.cluster() + 1,
          c.images(),
          "cluster " + c.cluster() + ": " + Numbers.count(c.images()) + " images");
    }
    int step = (clusters.size() + TICKS - 1) / TICKS;
    for (int i = 0; i < clusters.size(); i += step) {
      chart.tick(i + 0.5, Anchor.MIDDLE, String.valueOf(i));
    }
    return new Section("Sizes")
        .chart(chart)
        .note(
            "Clusters are numbered by size. The silhouette compares the distance of an image to"
                + " its own cluster with that to the next one: 1 is well apart, 0 is on the border. It"
                + " is computed from "
                + Numbers.count(s.sampled())
                + " images.");
  }

  private static Section plane(Dataset<Row> written, ClusterSummary s, ClusterOptions o) {
    var scatter = new Scatter("Embeddings in the plane of their first two principal components");
    UnitEmbeddings.sample(written, s.clustered(), o.points())
        .select(col("x"), col("y"), col(CLUSTER))
        .orderBy("path")
        .limit(o.points())
        .collectAsList()
        .forEach(row -> scatter.point(row.getFloat(0), row.getFloat(1), row.getInt(2)));
    String variance =
        s.planeVariance() == null
            ? ""
            : " It shows " + Numbers.percent(s.planeVariance()) + " of the variance.";
    return new Section("Plane")
        .chart(scatter.draw(s.clusters(), "cluster"))
        .note(
            "Each point is an image, in the plane of the first two principal components."
                + variance
                + " Clusters that overlap here may be apart in the other dimensions.");
  }

  private static Section tried(ClusterSummary s) {
    List<List<String>> rows = new ArrayList<>();
    for (Tried t : s.tried()) {
      rows.add(List.of(String.valueOf(t.clusters()), number(t.silhouette())));
    }
    return new Section("Number of clusters")
        .table(List.of(new Column("clusters", true), new Column("silhouette", true)), rows)
        .note("The number with the greatest silhouette was chosen, on a sample.");
  }

  private static void contactSheet(
      Page page, Dataset<Row> written, ClusterSummary s, ClusterOptions o) {
    Set<String> paths = new LinkedHashSet<>();
    int shown = 0;
    for (Cluster c : s.list()) {
      Set<String> more = members(c).map(Member::path).collect(Collectors.toSet());
      if (paths.size() + more.size() > o.pictures()) {
        break;
      }
      paths.addAll(more);
      shown++;
    }
    Map<String, Picture> pictures = Thumbnails.read(written.sparkSession(), paths, o.thumbnails());
    for (Cluster c : s.list()) {
      page.add(cluster(c, c.cluster() < shown ? pictures : Map.of()));
    }
  }

  private static Stream<Member> members(Cluster c) {
    return Stream.concat(c.representatives().stream(), c.farthest().stream());
  }

  private static Section cluster(Cluster c, Map<String, Picture> pictures) {
    var section =
        new Section(
                String.format(
                    Locale.ROOT,
                    "Cluster %d: %s images, %s",
                    c.cluster(),
                    Numbers.count(c.images()),
                    Numbers.percent(c.share())))
            .wide()
            .text(mix("Labels", c.labels()));
    if (c.truth() != null) {
      section.text(mix("True labels", c.truth()));
    }
    strip(section, "Nearest to the centre", c.representatives(), pictures);
    strip(section, "Farthest from the centre", c.farthest(), pictures);
    return section;
  }

  private static void strip(
      Section section, String heading, List<Member> members, Map<String, Picture> pictures) {
    if (members.isEmpty()) {
      return;
    }
    section.heading(heading);
    var shown = new ArrayList<Section.Picture>();
    for (Member m : members) {
      Picture picture = pictures.get(m.path());
      if (picture != null) {
        shown.add(
            picture.captioned(
                m.label(), String.format(Locale.ROOT, "distance %.3f", m.distance())));
      }
    }
    if (shown.isEmpty()) {
      section.note("No pictures: the limit of the page is reached. " + members.get(0).path());
    } else {
      section.pictures(shown);
    }
  }

  private static String mix(String title, Mix mix) {
    return String.format(
        Locale.ROOT,
        "%s: %s. %s different, entropy %.2f bits.",
        title,
        labels(mix),
        Numbers.count(mix.labels()),
        mix.entropy());
  }

  /** The most frequent labels with their shares. */
  static String labels(Mix mix) {
    return mix.top().stream()
        .map((LabelShare l) -> l.label() + " " + Numbers.percent(l.share()))
        .collect(Collectors.joining(", "));
  }
}
