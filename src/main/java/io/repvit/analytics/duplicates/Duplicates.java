package io.repvit.analytics.duplicates;

import io.repvit.UserException;
import io.repvit.analytics.Analysis;
import io.repvit.analytics.Predictions;
import io.repvit.report.Page;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Which images are duplicates of each other, and which one of each group to keep.
 *
 * <pre>{@code
 * Dataset<Row> predictions = Predictions.read(spark, "s3a://lake/tables", null, "path");
 * var duplicates = Duplicates.of(predictions, "s3a://lake/tables", Duplicates.Options.DEFAULT);
 * Dataset<Row> dropped = duplicates.rows().where("decision = 'drop'");
 * }</pre>
 *
 * <p>The groups are the connected components of all links: an image is in a group if it is a
 * duplicate of any image of the group, by any of the relations. The audit finds images of one table
 * that are in another.
 *
 * <p>The rows have the columns path, group_id (the least path of the group), group_size, decision
 * (keep or drop), representative (path of the image that is kept), relations (those that connect
 * the image), unchecked (those for which the image has no value), hash_distance and cosine (to the
 * representative; null if not in a group), content_sha256, phash, length, width, height and
 * modified_at.
 */
public final class Duplicates implements Analysis<DuplicatesSummary> {
  private final Dataset<Row> table;
  private final String place;
  private final Options options;
  private final Set<Relation> by;
  private @Nullable Work work;

  private Duplicates(Dataset<Row> table, String place, Options options, Set<Relation> by) {
    this.table = table;
    this.place = place;
    this.options = options;
    this.by = by;
  }

  /**
   * What duplicates are, and which one is kept.
   *
   * @param by the relations; empty for bytes and picture, as far as the table has their columns
   * @param hashDistance largest number of different bits of the same picture, 0 to 10
   * @param cosine least cosine of the embeddings of the same subject, above 0 and below 1
   */
  public record Options(Set<Relation> by, Keep keep, int hashDistance, double cosine) {
    /** Bytes and picture, 3 bits, a cosine of 0.95; the largest image is kept. */
    public static final Options DEFAULT = new Options(Set.of(), Keep.LARGEST, 3, 0.95);

    public Options {
      by = Set.copyOf(by);
      if (hashDistance < 0 || hashDistance > HashBands.MAX_DISTANCE) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "hash-distance is %d, expected 0 to %d; hashes that differ in more bits are of"
                    + " different pictures",
                hashDistance,
                HashBands.MAX_DISTANCE));
      }
      if (!(cosine > 0 && cosine < 1)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "cosine is %s, expected a number above 0 and below 1", cosine));
      }
    }
  }

  /**
   * What it took to compute the rows.
   *
   * @param pairs pairs of different hashes within the distance
   * @param links links between images; the relations of all images follow from them
   * @param rounds rounds of the search for connected components; 0 if one task has solved it
   */
  public record Work(long pairs, long links, int rounds) {}

  /**
   * Prepares the search in predictions. A path may have several rows; the newest counts; with
   * {@link Relation#SUBJECT} all rows must be of one model.
   *
   * @param place where the table is, for messages and the page
   * @throws UserException if the table lacks a column that the options need
   */
  public static Duplicates of(Dataset<Row> table, String place, Options options)
      throws UserException {
    Set<Relation> by = EnumSet.noneOf(Relation.class);
    by.addAll(options.by());
    List<String> columns = Arrays.asList(table.columns());
    if (by.isEmpty()) {
      for (Relation relation : List.of(Relation.BYTES, Relation.PICTURE)) {
        if (columns.contains(relation.column())) {
          by.add(relation);
        }
      }
    }
    var needed = new ArrayList<>(List.of("path"));
    (by.isEmpty() ? EnumSet.of(Relation.BYTES) : by).forEach(r -> needed.add(r.column()));
    needed.addAll(options.keep().columns());
    Predictions.requireColumns(table, place, needed.toArray(String[]::new));
    return new Duplicates(table, place, options, Collections.unmodifiableSet(by));
  }

  /**
   * The rows. Images and links are computed by this call, and kept by Spark until the result is
   * collected as garbage.
   */
  @Override
  public Dataset<Row> rows() throws UserException {
    SparkSession spark = table.sparkSession();
    LongAccumulator pairs = spark.sparkContext().longAccumulator("pairs of hashes");
    Dataset<Row> images = DuplicateImages.of(table, options, by);
    Dataset<Row> links = new DuplicateLinks(images, options, pairs).of(by);
    Components components = Components.of(links.select("a", "b"));
    work = new Work(pairs.value(), links.count(), components.rounds());
    return new DuplicateGroups(images, links, components.stars()).rows(by);
  }

  /** What it took; null before {@link #rows}. */
  public @Nullable Work work() {
    return work;
  }

  @Override
  public DuplicatesSummary summary(Dataset<Row> written) {
    return DuplicatesSummary.of(written, options, by);
  }

  @Override
  public String text(DuplicatesSummary summary) {
    return summary.text();
  }

  @Override
  public Page page(Dataset<Row> written, DuplicatesSummary summary) {
    return new DuplicatesPage(place, written, summary).page();
  }
}
