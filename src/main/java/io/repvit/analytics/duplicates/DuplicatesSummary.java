package io.repvit.analytics.duplicates;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.repvit.report.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The summary of {@link Duplicates}.
 *
 * @param keep which image of a group is kept
 * @param hashDistance largest number of different bits of the same picture
 * @param cosine least cosine of the same subject
 * @param images images of the table
 * @param groups groups of at least two images
 * @param groupedImages images in these groups
 * @param dropped images whose decision is drop
 * @param droppedBytes bytes of these images, as far as they are known
 * @param droppedOfUnknownLength dropped images without a length
 * @param largestGroup images of the largest group; 0 without a group
 * @param largestGroupId its name; null without a group
 * @param largestHashDistance largest distance of an image to the representative of its group, in
 *     bits; null if no hash was compared
 * @param leastCosine least cosine of an image and the representative; null if none was computed
 * @param relations by relation, the images that it connects, and those that have no value for it
 * @param sizes the groups by size
 */
public record DuplicatesSummary(
    String keep,
    int hashDistance,
    double cosine,
    long images,
    long groups,
    long groupedImages,
    long dropped,
    long droppedBytes,
    long droppedOfUnknownLength,
    long largestGroup,
    @Nullable String largestGroupId,
    @Nullable Integer largestHashDistance,
    @Nullable Double leastCosine,
    Map<String, Connected> relations,
    List<Size> sizes) {

  /**
   * The images of one relation.
   *
   * @param connected images in a group that are a duplicate of another image by this relation
   * @param unchecked images that have no value for this relation
   */
  public record Connected(long connected, long unchecked) {}

  /** Groups of {@code from} to {@code to} images, with {@code images} images in all. */
  public record Size(long from, long to, long groups, long images) {
    /** The sizes as text. */
    String text() {
      return from == to ? Long.toString(from) : String.format(Locale.ROOT, "%,d to %,d", from, to);
    }
  }

  static DuplicatesSummary of(Dataset<Row> rows, Duplicates.Options options, Set<Relation> by) {
    Column drop = col("decision").equalTo("drop");
    Column grouped = col("group_size").gt(1);
    var numbers = new ArrayList<Column>();
    numbers.add(count(lit(1)));
    numbers.add(number(grouped.and(drop.equalTo(false))));
    numbers.add(number(grouped));
    numbers.add(number(drop));
    numbers.add(coalesce(sum(when(drop, col("length"))), lit(0L)));
    numbers.add(number(drop.and(col("length").isNull())));
    for (Relation relation : by) {
      numbers.add(number(array_contains(col("relations"), relation.text())));
      numbers.add(number(array_contains(col("unchecked"), relation.text())));
    }
    numbers.add(max("hash_distance"));
    numbers.add(min("cosine"));
    Row all =
        rows.agg(numbers.get(0), numbers.subList(1, numbers.size()).toArray(Column[]::new)).head();
    var relations = new LinkedHashMap<String, Connected>();
    int at = 6;
    for (Relation relation : by) {
      relations.put(relation.text(), new Connected(all.getLong(at), all.getLong(at + 1)));
      at += 2;
    }
    List<Row> largest =
        rows.where(grouped)
            .select("group_id", "group_size")
            .orderBy(col("group_size").desc(), col("group_id"))
            .limit(1)
            .collectAsList();
    return new DuplicatesSummary(
        options.keep().text(),
        options.hashDistance(),
        options.cosine(),
        all.getLong(0),
        all.getLong(1),
        all.getLong(2),
        all.getLong(3),
        all.getLong(4),
        all.getLong(5),
        largest.isEmpty() ? 0 : largest.get(0).getLong(1),
        largest.isEmpty() ? null : largest.get(0).getString(0),
        all.isNullAt(at) ? null : all.getInt(at),
        all.isNullAt(at + 1) ? null : (double) all.getFloat(at + 1),
        relations,
        sizes(rows));
  }

  private static Column number(Column condition) {
    return count(when(condition, lit(1)));
  }

  /** The limits 2, 3, 4, 5, 10, 20, 50, 100 and so on. Their number is bounded. */
  private static List<Size> sizes(Dataset<Row> rows) {
    var sizes = new ArrayList<Size>();
    var from = new ArrayList<>(List.of(2L, 3L, 4L, 5L));
    for (long power = 10; power <= 1_000_000_000_000L; power *= 10) {
      from.addAll(List.of(power, 2 * power, 5 * power));
    }
    Column bin = lit(0);
    for (int i = 1; i < from.size(); i++) {
      bin = when(col("group_size").geq(from.get(i)), i).otherwise(bin);
    }
    for (Row row :
        rows.where("decision = 'keep' and group_size > 1")
            .groupBy(bin.as("bin"))
            .agg(count(lit(1)), sum("group_size"))
            .orderBy("bin")
            .collectAsList()) {
      int i = row.getInt(0);
      sizes.add(new Size(from.get(i), from.get(i + 1) - 1, row.getLong(1), row.getLong(2)));
    }
    return sizes;
  }

  /** For a terminal. */
  String text() {
    var lines = new ArrayList<String>();
    lines.add(
        line("%,d images, %,d of them in %,d groups of duplicates", images, groupedImages, groups));
    relations.forEach(
        (name, connected) ->
            lines.add(
                line("same %-8s %,12d images", name, connected.connected())
                    + (connected.unchecked() == 0
                        ? ""
                        : line("; %,d images have no value to compare", connected.unchecked()))));
    lines.add(
        line(
                "decision: keep %,d (the %s of each group), drop %,d, which frees %s",
                images - dropped, keep, dropped, Numbers.bytes(droppedBytes))
            + (droppedOfUnknownLength == 0
                ? ""
                : line(" and %,d images of unknown length", droppedOfUnknownLength)));
    if (largestGroupId != null) {
      lines.add(line("the largest group has %,d images: %s", largestGroup, largestGroupId));
    }
    return String.join("\n", lines);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
