package io.repvit.table;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the published runs below an output have scored, as {@link ScoredRows} in {@code
 * <output>/_scored}. It is derived data: the runs are the truth, and whatever it lacks is read from
 * their tables and added. Rows of runs that no longer stand are passed over.
 *
 * <p>Several runs may add to it at once, each a segment under a name of its own. What two have
 * added is there twice, which changes nothing.
 */
public final class ScoredIndex {
  private static final Logger LOG = LoggerFactory.getLogger(ScoredIndex.class);

  /** Below the output. */
  public static final String FOLDER = "_scored";

  /** With more segments, the small ones become one. */
  private static final int MOST_SEGMENTS = 8;

  /** A plan that reads a segment ends by then. */
  private static final long UNREAD_MILLIS = TimeUnit.DAYS.toMillis(1);

  private static final StructType RUNS =
      new StructType()
          .add("run_date", DataTypes.StringType)
          .add("run_id", DataTypes.StringType)
          .add(ScoredRows.RUN, DataTypes.StringType);

  private final SparkSession spark;
  private final FileSystem fs;
  private final Path output;
  private final Path index;

  private ScoredIndex(SparkSession spark, Path output) throws IOException {
    this.spark = spark.newSession();
    // Damage to a page is noticed, and not read as other rows.
    this.spark.conf().set("parquet.page.verify-checksum.enabled", true);
    // The tables may be long: no side of a join goes through the driver but what is told to.
    this.spark.conf().set("spark.sql.autoBroadcastJoinThreshold", -1);
    this.spark.conf().set("spark.sql.adaptive.autoBroadcastJoinThreshold", -1);
    this.output = output;
    fs = output.getFileSystem(spark.sessionState().newHadoopConf());
    index = new Path(output, FOLDER);
  }

  /**
   * The rows of all published runs below {@code output}; nothing if there is none. Runs that the
   * index lacks are added to it.
   *
   * @param anew whether the index is not to be read, but made from the tables
   */
  static Optional<Dataset<Row>> rows(SparkSession spark, String output, boolean anew)
      throws IOException {
    return new ScoredIndex(spark, new Path(output)).rows(anew);
  }

  /** Whether {@code output} has one. */
  static boolean exists(SparkSession spark, String output) throws IOException {
    var index = new ScoredIndex(spark, new Path(output));
    return index.fs.exists(index.index);
  }

  private Optional<Dataset<Row>> rows(boolean anew) throws IOException {
    List<ScoredRuns.Published> runs = ScoredRuns.below(fs, output);
    if (runs.isEmpty()) {
      return Optional.empty();
    }
    IndexSegment.Found found = IndexSegment.below(fs, index);
    List<IndexSegment> current = new ArrayList<>(anew ? List.of() : found.current());
    Set<String> standing =
        runs.stream()
            .map(ScoredRuns.Published::name)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> covered = covered(current);
    List<ScoredRuns.Published> lacking =
        runs.stream().filter(run -> !covered.contains(run.name())).toList();
    if (!lacking.isEmpty()) {
      List<IndexSegment> merged = small(current);
      Set<String> replaces =
          merged.stream().map(IndexSegment::name).collect(Collectors.toCollection(TreeSet::new));
      replaces.addAll(found.withdrawn());
      if (anew) {
        found.current().forEach(segment -> replaces.add(segment.name()));
      }
      current.removeAll(merged);
      IndexSegment segment = write(lacking, merged, standing, replaces);
      current.add(segment);
      deleteUnread(found.unread(), segment.commit(fs, index));
    }
    return Optional.of(read(current, standing));
  }

  private static Set<String> covered(List<IndexSegment> segments) {
    return segments.stream()
        .flatMap(segment -> segment.runs().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Which segments to make one of, with what is new: from the smallest on, while the next is not
   * longer than those before together. A row is so written again a few times only, however many
   * runs come.
   */
  private static List<IndexSegment> small(List<IndexSegment> segments) {
    if (segments.size() < MOST_SEGMENTS) {
      return List.of();
    }
    List<IndexSegment> sorted =
        segments.stream().sorted(Comparator.comparingLong(IndexSegment::bytes)).toList();
    List<IndexSegment> small = new ArrayList<>();
    long bytes = 0;
    for (IndexSegment segment : sorted) {
      if (small.size() > 1 && segment.bytes() > bytes) {
        break;
      }
      small.add(segment);
      bytes += segment.bytes();
    }
    return small;
  }

  private IndexSegment write(
      List<ScoredRuns.Published> lacking,
      List<IndexSegment> merged,
      Set<String> standing,
      Set<String> replaces)
      throws IOException {
    Dataset<Row> rows = ofTables(lacking);
    Set<String> runs =
        lacking.stream()
            .map(ScoredRuns.Published::name)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!merged.isEmpty()) {
      rows = rows.union(read(merged, standing));
      runs.addAll(covered(merged));
      runs.retainAll(standing);
    }
    String name = UUID.randomUUID().toString();
    Path folder = new Path(index, name);
    rows.repartition(col("path"))
        .distinct()
        .sortWithinPartitions("model_sha256", "path")
        .write()
        .option("compression", "zstd")
        .parquet(folder.toString());
    Map<String, Long> files = new TreeMap<>();
    for (StagedFile file : Staging.files(fs, folder)) {
      files.put(new Path(file.uri()).getName(), file.bytes());
    }
    return new IndexSegment(IndexSegment.FORMAT, name, files, runs, replaces);
  }

  /** The rows of segments, without those of runs that no longer stand. */
  private Dataset<Row> read(List<IndexSegment> segments, Set<String> standing) {
    List<Path> files =
        segments.stream()
            .flatMap(
                s -> s.files().keySet().stream().map(f -> new Path(new Path(index, s.name()), f)))
            .toList();
    Set<String> gone = covered(segments);
    gone.removeAll(standing);
    Dataset<Row> rows = parquet(files);
    return gone.isEmpty() ? rows : rows.where(not(col(ScoredRows.RUN).isInCollection(gone)));
  }

  private Dataset<Row> parquet(List<Path> files) {
    if (files.isEmpty()) {
      return spark.createDataFrame(List.of(), ScoredRows.SCHEMA);
    }
    return spark
        .read()
        .schema(ScoredRows.SCHEMA)
        .parquet(files.stream().map(Path::toString).toArray(String[]::new));
  }

  private Dataset<Row> ofTables(List<ScoredRuns.Published> runs) {
    LOG.info("{} published runs below {} are added to the scored index", runs.size(), output);
    Dataset<Row> names =
        broadcast(
            spark.createDataFrame(
                runs.stream().map(r -> RowFactory.create(r.date(), r.id(), r.name())).toList(),
                RUNS));
    String[] key = {"run_date", "run_id"};
    return ScoredRows.of(
        table(PredictionTable.NAME, PredictionTable.SCHEMA, runs).join(names, key),
        table(QuarantineTable.NAME, QuarantineTable.SCHEMA, runs)
            .join(names, key)
            .join(broadcast(ScoredRuns.conditions(spark, output, runs)), key));
  }

  private Dataset<Row> table(String table, StructType schema, List<ScoredRuns.Published> runs) {
    List<ScoredRuns.Published> with =
        runs.stream().filter(r -> r.tables().contains(table)).toList();
    return with.isEmpty()
        ? spark.createDataFrame(List.of(), ScoredRuns.partitioned(schema))
        : spark
            .read()
            .option("basePath", new Path(output, table).toString())
            .schema(ScoredRuns.partitioned(schema))
            .parquet(ScoredRuns.folders(new Path(output, table), with, ""));
  }

  /** Deletes what no plan reads any more: others may read what was replaced a moment ago. */
  private void deleteUnread(Map<String, Long> unread, long now) {
    unread.forEach(
        (name, since) -> {
          if (now - since > UNREAD_MILLIS) {
            try {
              IndexSegment.delete(fs, index, name);
            } catch (IOException e) {
              LOG.warn("{}/{} is not read any more and cannot be deleted", index, name, e);
            }
          }
        });
  }
}
