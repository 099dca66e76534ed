package io.repvit.table;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.substring_index;

import io.repvit.spark4.SparkSql;
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
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scored index, {@code <output>/_scored}: {@link ScoredRows} of all published runs below an
 * output. It is derived data: runs that it lacks are read from their tables and added, and rows of
 * deleted runs are ignored.
 *
 * <p>Several runs may add to it at the same time, each a segment with a unique name. Rows that two
 * of them add are duplicates, which do not change the result of a join.
 */
public final class ScoredIndex {
  private static final Logger LOG = LoggerFactory.getLogger(ScoredIndex.class);

  /** Name of the folder below the output. */
  public static final String FOLDER = "_scored";

  /** With this many segments, the smallest ones are merged. */
  private static final int MOST_SEGMENTS = 8;

  /** Replaced segments are deleted after a day, when no run still reads them for its plan. */
  private static final long UNREAD_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** Between the name of a compaction and the id of the run that wrote a row; in no name. */
  private static final String SEPARATOR = " ";

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
    // Parquet checks page checksums, so that a damaged page is an error and not wrong rows.
    this.spark.conf().set("parquet.page.verify-checksum.enabled", true);
    // The tables may be large: only explicit broadcasts may collect a side of a join on the driver.
    this.spark.conf().set("spark.sql.autoBroadcastJoinThreshold", -1);
    this.spark.conf().set("spark.sql.adaptive.autoBroadcastJoinThreshold", -1);
    this.output = output;
    fs = output.getFileSystem(SparkSql.hadoop(spark));
    index = new Path(output, FOLDER);
  }

  /**
   * Reads the rows of all published runs below {@code output}, and first adds the runs that the
   * index lacks; empty if no run is published.
   *
   * @param mode whether to ignore the existing segments and build the index from the tables, or to
   *     add nothing
   */
  static Optional<Dataset<Row>> rows(SparkSession spark, String output, Destination.Index mode)
      throws IOException {
    return new ScoredIndex(spark, new Path(output)).rows(mode);
  }

  /** Whether {@code output} has a scored index. */
  static boolean exists(SparkSession spark, String output) throws IOException {
    var index = new ScoredIndex(spark, new Path(output));
    return index.fs.exists(index.index);
  }

  private Optional<Dataset<Row>> rows(Destination.Index mode) throws IOException {
    boolean reads = mode == Destination.Index.READ || mode == Destination.Index.UNUSED;
    boolean anew = mode == Destination.Index.REBUILT || mode == Destination.Index.UNUSED;
    List<ScoredRuns.Published> runs = ScoredRuns.below(fs, output);
    if (runs.isEmpty()) {
      return Optional.empty();
    }
    IndexSegment.Found found = IndexSegment.below(fs, index);
    List<IndexSegment> current = new ArrayList<>(anew ? List.of() : found.current());
    Set<String> existing =
        runs.stream()
            .map(ScoredRuns.Published::name)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> covered = covered(current);
    List<ScoredRuns.Published> missing =
        runs.stream().filter(run -> !covered.contains(run.name())).toList();
    if (reads && !missing.isEmpty()) {
      return Optional.of(read(current, existing).union(ofTables(missing)));
    }
    if (!missing.isEmpty()) {
      List<IndexSegment> merged = small(current);
      Set<String> replaces =
          merged.stream().map(IndexSegment::name).collect(Collectors.toCollection(TreeSet::new));
      replaces.addAll(found.withdrawn());
      if (anew) {
        found.current().forEach(segment -> replaces.add(segment.name()));
      }
      current.removeAll(merged);
      IndexSegment segment = write(missing, merged, existing, replaces);
      current.add(segment);
      deleteUnread(found.unread(), segment.commit(fs, index));
    }
    return Optional.of(read(current, existing));
  }

  private static Set<String> covered(List<IndexSegment> segments) {
    return segments.stream()
        .flatMap(segment -> segment.runs().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Selects the segments to merge with the new rows: from the smallest on, while the next is not
   * longer than the selected ones together. A row is therefore rewritten a logarithmic number of
   * times.
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
      List<ScoredRuns.Published> missing,
      List<IndexSegment> merged,
      Set<String> existing,
      Set<String> replaces)
      throws IOException {
    Dataset<Row> rows = ofTables(missing);
    Set<String> runs =
        missing.stream()
            .map(ScoredRuns.Published::name)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!merged.isEmpty()) {
      rows = rows.union(read(merged, existing));
      runs.addAll(covered(merged));
      runs.retainAll(existing);
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

  /** Reads the rows of segments, without those of runs that no longer exist. */
  private Dataset<Row> read(List<IndexSegment> segments, Set<String> existing) {
    List<Path> files =
        segments.stream()
            .flatMap(
                s -> s.files().keySet().stream().map(f -> new Path(new Path(index, s.name()), f)))
            .toList();
    Set<String> gone = covered(segments);
    gone.removeAll(existing);
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
    LOG.info("adding {} published runs below {} to the scored index", runs.size(), output);
    Dataset<Row> names =
        broadcast(
            spark.createDataFrame(
                runs.stream().map(r -> RowFactory.create(r.date(), r.id(), r.name())).toList(),
                RUNS));
    String[] key = {"run_date", "run_id"};
    // Whether a run has read a shard to its end is a matter of the run that wrote the rows.
    Column writer = concat_ws(SEPARATOR, col(ScoredRows.RUN), col(ScoredRuns.ORIGINAL_RUN));
    return ScoredRows.of(
            table(PredictionTable.NAME, PredictionTable.SCHEMA, runs)
                .join(names, key)
                .withColumn(ScoredRows.RUN, writer),
            table(QuarantineTable.NAME, QuarantineTable.SCHEMA, runs)
                .join(names, key)
                .join(broadcast(ScoredRuns.conditions(spark, output, runs)), key)
                .withColumn(ScoredRows.RUN, writer))
        .withColumn(ScoredRows.RUN, substring_index(col(ScoredRows.RUN), SEPARATOR, 1));
  }

  private Dataset<Row> table(String table, StructType columns, List<ScoredRuns.Published> runs) {
    StructType schema = columns.add(ScoredRuns.ORIGINAL_RUN, DataTypes.StringType);
    List<ScoredRuns.Published> with =
        runs.stream().filter(r -> r.tables().containsKey(table)).toList();
    return with.isEmpty()
        ? spark.createDataFrame(List.of(), ScoredRuns.partitioned(schema))
        : spark
            .read()
            .option("basePath", new Path(output, table).toString())
            .schema(ScoredRuns.partitioned(schema))
            .parquet(ScoredRuns.folders(new Path(output, table), with, ""));
  }

  /**
   * Deletes segments that were replaced long enough ago; other runs may still read the newer ones.
   */
  private void deleteUnread(Map<String, Long> unread, long now) {
    unread.forEach(
        (name, since) -> {
          if (now - since > UNREAD_MILLIS) {
            try {
              IndexSegment.delete(fs, index, name);
            } catch (IOException e) {
              LOG.warn(
                  "segment {}/{} of the scored index is replaced and cannot be deleted",
                  index,
                  name,
                  e);
            }
          }
        });
  }
}
