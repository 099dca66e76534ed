package io.repvit.analytics.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.xxhash64;

import io.repvit.analytics.Thumbnails;
import io.repvit.report.Chart;
import io.repvit.report.Numbers;
import io.repvit.report.Page;
import io.repvit.report.Section;
import io.repvit.report.Section.Column;
import io.repvit.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * The page of {@link Duplicates}.
 *
 * @param rows the written rows
 */
record DuplicatesPage(String place, Dataset<Row> rows, DuplicatesSummary summary) {
  private static final int LARGEST = 6;
  private static final int OTHERS = 12;
  private static final int PICTURES_PER_GROUP = 7;

  Page page() {
    var page =
        new Page("Duplicates", place)
            .figure(Numbers.count(summary.images()), "images")
            .figure(Numbers.count(summary.groups()), "groups of duplicates")
            .figure(Numbers.count(summary.dropped()), "images to drop")
            .figure(Numbers.bytes(summary.droppedBytes()), "can be freed")
            .figure(Numbers.count(summary.largestGroup()), "images in the largest group")
            .add(relations())
            .add(sizes());
    if (summary.groups() > 0) {
      Dataset<Row> kept =
          rows.where("decision = 'keep' and group_size > 1").select("group_id", "group_size");
      Dataset<Row> bySize = kept.orderBy(col("group_size").desc(), col("group_id"));
      List<Row> largest = bySize.limit(LARGEST).collectAsList();
      List<Row> others =
          kept.where(col("group_id").isin(ids(largest)).equalTo(false))
              .orderBy(xxhash64(col("group_id")), col("group_id"))
              .limit(OTHERS)
              .collectAsList();
      var all = new ArrayList<>(largest);
      all.addAll(others);
      Map<String, List<Row>> shown = shown(ids(all));
      var paths = new ArrayList<String>();
      shown.values().forEach(group -> group.forEach(row -> paths.add(row.getAs("path"))));
      Map<String, Thumbnails.Picture> thumbnails =
          Thumbnails.read(rows.sparkSession(), paths, Thumbnails.Options.DEFAULT);
      page.add(groups("Largest groups", largest, shown, thumbnails));
      if (!others.isEmpty()) {
        page.add(groups("Other groups, chosen at random", others, shown, thumbnails));
      }
    }
    return page;
  }

  private static Object[] ids(List<Row> groups) {
    return groups.stream().map(group -> group.getString(0)).toArray();
  }

  private Section relations() {
    var lines = new ArrayList<List<String>>();
    summary
        .relations()
        .forEach(
            (name, connected) ->
                lines.add(
                    List.of(
                        rule(name),
                        Numbers.count(connected.connected()),
                        Numbers.count(connected.unchecked()))));
    var section =
        new Section("Relations")
            .table(
                List.of(
                    new Column("same", false),
                    new Column("images connected", true),
                    new Column("without a value", true)),
                lines)
            .note(
                "An image can be connected by several relations. Without a value: the table has no"
                    + " hash or embedding of the image, so this relation was not checked.");
    if (summary.largestHashDistance() != null || summary.leastCosine() != null) {
      var far = new ArrayList<String>();
      if (summary.largestHashDistance() != null) {
        far.add(summary.largestHashDistance() + " bits");
      }
      if (summary.leastCosine() != null) {
        far.add(String.format(Locale.ROOT, "a cosine of %.3f", summary.leastCosine()));
      }
      section.note(
          "A group can grow through a chain of similar images. The image farthest from the one that"
              + " is kept has "
              + String.join(" and ", far)
              + "; the columns hash_distance and cosine have the distance of each image.");
    }
    return section;
  }

  private String rule(String relation) {
    return switch (relation) {
      case "picture" ->
          String.format(
              Locale.ROOT, "picture: at most %d of 64 bits differ", summary.hashDistance());
      case "subject" -> String.format(Locale.ROOT, "subject: cosine at least %s", summary.cosine());
      default -> relation;
    };
  }

  private Section sizes() {
    var section = new Section("Sizes of groups");
    List<DuplicatesSummary.Size> sizes = summary.sizes();
    if (sizes.isEmpty()) {
      return section.text("No image is a duplicate of another.");
    }
    long highest = sizes.stream().mapToLong(DuplicatesSummary.Size::groups).max().orElse(0);
    var chart = new Chart("Groups by number of images", "groups", 0, sizes.size(), highest, 1);
    for (int i = 0; i < sizes.size(); i++) {
      DuplicatesSummary.Size size = sizes.get(i);
      chart.bar(
          i,
          i + 1,
          size.groups(),
          Numbers.count(size.groups()) + " groups of " + size.text() + " images");
      chart.tick(
          i + 0.5, Anchor.MIDDLE, size.from() == size.to() ? size.text() : size.from() + "+");
    }
    return section
        .chart(chart)
        .note(
            "Groups by number of images: 5+ is 5 to 9, 10+ is 10 to 19, 20+ is 20 to 49, and so on.");
  }

  /** Some rows of each group: the one that is kept, then the farthest from it. */
  private Map<String, List<Row>> shown(Object[] groups) {
    var order =
        Window.partitionBy("group_id")
            .orderBy(
                col("decision").desc(),
                col("hash_distance").desc_nulls_last(),
                col("cosine").asc_nulls_last(),
                col("path"));
    var shown = new LinkedHashMap<String, List<Row>>();
    rows.where(col("group_id").isin(groups))
        .withColumn("_place", row_number().over(order))
        .where(col("_place").leq(PICTURES_PER_GROUP))
        .orderBy("group_id", "_place")
        .collectAsList()
        .forEach(
            row -> shown.computeIfAbsent(row.getAs("group_id"), id -> new ArrayList<>()).add(row));
    return shown;
  }

  private static Section groups(
      String title,
      List<Row> groups,
      Map<String, List<Row>> shown,
      Map<String, Thumbnails.Picture> thumbnails) {
    var section =
        new Section(title)
            .wide()
            .note(
                "The first image is kept. The others follow by their distance to it, the farthest"
                    + " first.");
    for (Row group : groups) {
      List<Row> rows = shown.getOrDefault(group.getString(0), List.of());
      long more = group.getLong(1) - rows.size();
      section
          .heading(
              Numbers.count(group.getLong(1))
                  + " images"
                  + (more > 0 ? ", " + rows.size() + " shown" : ""))
          .pictures(
              rows.stream()
                  .map(
                      row ->
                          Objects.requireNonNull(thumbnails.get(row.<String>getAs("path")))
                              .captioned(row.getAs("decision"), detail(row)))
                  .toList());
    }
    return section;
  }

  private static String detail(Row row) {
    var detail = new ArrayList<String>();
    if (row.getAs("width") != null && row.getAs("height") != null) {
      detail.add(row.getAs("width") + "x" + row.getAs("height"));
    }
    if (row.getAs("length") != null) {
      detail.add(Numbers.bytes(row.<Long>getAs("length")));
    }
    if (row.getAs("decision").equals("drop")) {
      if (row.getAs("hash_distance") != null) {
        detail.add(row.getAs("hash_distance") + " bits");
      }
      if (row.getAs("cosine") != null) {
        detail.add(String.format(Locale.ROOT, "cosine %.3f", row.<Float>getAs("cosine")));
      }
    }
    return String.join(", ", detail);
  }
}
