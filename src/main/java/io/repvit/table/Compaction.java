package io.repvit.table;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_entries;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.repvit.UserException;
import io.repvit.spark4.SparkSql;
import io.repvit.storage.WholeFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Rewrites the small files of published runs into few large ones. The runs of one date, with the
 * same model and conditions, become one run folder, a compaction; each row keeps the id of its run
 * in the column {@link ScoredRuns#ORIGINAL_RUN}.
 *
 * <p>The commit point is the manifest of the compaction: from then on readers leave out the runs
 * that it replaces, and their files can be deleted. The marker, which lists these runs, is written
 * before anything else is visible.
 *
 * <pre>{@code
 * var compaction = Compaction.plan(spark, "s3a://lake/tables", new CompactionRule(128 << 20, 10));
 * compaction.groups().forEach(System.out::println);
 * compaction.rewrite(staging, lease::require, Duration.ZERO);
 * }</pre>
 */
public final class Compaction {
  /** The runs that a compaction replaces, as a JSON array of ids, beside its manifest. */
  static final String MARKER = "_compaction";

  /** Length of the files that tasks write, before they are merged: 32 MiB. */
  private static final long STAGED_BYTES = 32L << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SparkSession spark;
  private final FileSystem fs;
  private final Path output;
  private final CompactionRule rule;
  private final List<ScoredRuns.Published> runs;
  private final List<CompactionGroup> groups;

  private Compaction(
      SparkSession spark,
      FileSystem fs,
      Path output,
      CompactionRule rule,
      List<ScoredRuns.Published> runs,
      List<CompactionGroup> groups) {
    this.spark = spark;
    this.fs = fs;
    this.output = output;
    this.rule = rule;
    this.runs = runs;
    this.groups = List.copyOf(groups);
  }

  /**
   * Decides what to rewrite, and changes nothing. Costs the listings of the tables, and one read
   * per manifest.
   *
   * @throws UserException if no run is published below {@code output}, or its tables are elsewhere
   */
  public static Compaction plan(SparkSession spark, String output, CompactionRule rule)
      throws UserException, IOException {
    var root = new Path(output);
    FileSystem fs = root.getFileSystem(SparkSql.hadoop(spark));
    List<ScoredRuns.Published> runs = ScoredRuns.below(fs, root);
    if (runs.isEmpty()) {
      throw new UserException(
          output + " has no published run, expected the output of classify; see docs/runs.md");
    }
    if (runs.stream().allMatch(run -> run.tables().isEmpty())) {
      throw new UserException(
          "the runs of "
              + output
              + " have no tables there; Iceberg's procedure rewrite_data_files compacts Iceberg"
              + " tables, see docs/tables.md");
    }
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    session.conf().set("parquet.page.verify-checksum.enabled", true);
    return new Compaction(
        session, fs, root, rule, runs, CompactionGroup.of(session, root, rule, runs));
  }

  /** Number of published runs. */
  public int published() {
    return runs.size();
  }

  /** What is rewritten. */
  public List<CompactionGroup> groups() {
    return groups;
  }

  /** Number of replaced runs of earlier compactions whose files still exist. */
  public int remaining() {
    return runs.stream().mapToInt(run -> run.remains().size()).sum();
  }

  /**
   * Rewrites the files, and deletes those of replaced runs. What a killed compaction has left is
   * deleted first.
   *
   * @param staging folder for rows that are not visible yet; the caller deletes it
   * @param permission required before anything is visible or deleted
   * @param keep how long the files of replaced runs stay, for queries that read them; those of
   *     earlier compactions are deleted if they are older
   */
  public void rewrite(Staging staging, TableCommitter.Permission permission, Duration keep)
      throws IOException {
    permission.require();
    deleteUnpublished();
    for (ScoredRuns.Published run : runs) {
      RunKey key = new RunKey(output.toString(), LocalDate.parse(run.date()), run.id());
      if (!run.remains().isEmpty() && isOlder(key, keep)) {
        deleteFiles(staging, run.date(), run.remains());
      }
    }
    for (int i = 0; i < groups.size(); i++) {
      rewrite(groups.get(i), staging, staging.wave(i), permission);
      if (keep.isZero()) {
        deleteFiles(staging, groups.get(i).date(), groups.get(i).runs());
      }
    }
  }

  private boolean isOlder(RunKey compaction, Duration keep) throws IOException {
    return keep.isZero()
        || fs.getFileStatus(compaction.manifest()).getModificationTime()
            < Instant.now().minus(keep).toEpochMilli();
  }

  /** Deletes files of replaced runs. Where it is atomic, a rename hides a folder as a whole. */
  private void deleteFiles(Staging staging, String date, List<String> ids) throws IOException {
    for (String id : ids) {
      RunKey key = new RunKey(output.toString(), LocalDate.parse(date), id);
      for (String table : ScoredRuns.TABLES) {
        Path folder = key.folder(table);
        if (WholeFile.appearsWhole(fs) || !fs.exists(folder)) {
          fs.delete(folder, true);
        } else {
          var removed = new Path(staging.folder(), "removed-" + UUID.randomUUID());
          fs.mkdirs(removed.getParent());
          fs.delete(fs.rename(folder, removed) ? removed : folder, true);
        }
      }
    }
  }

  /** Deletes compactions that were killed before they had a manifest. */
  private void deleteUnpublished() throws IOException {
    for (RunKey key : MarkedRuns.unpublished(fs, output.toString(), MARKER)) {
      committer().withdraw(key, ScoredRuns.TABLES);
      fs.delete(key.folder(RunKey.RUNS), true);
    }
  }

  private ParquetFolders committer() {
    return new ParquetFolders(spark, rule.targetBytes());
  }

  private void rewrite(
      CompactionGroup group, Staging staging, Path folder, TableCommitter.Permission permission)
      throws IOException {
    RunKey key = new RunKey(output.toString(), LocalDate.parse(group.date()), group.into());
    List<ScoredRuns.Published> replaced =
        runs.stream()
            .filter(run -> run.date().equals(group.date()) && group.runs().contains(run.id()))
            .toList();
    var staged = new ArrayList<StagedTable>();
    ObjectNode manifest = CompactionManifest.of(spark, output, key, replaced);
    for (String table : ScoredRuns.TABLES) {
      if (replaced.stream().anyMatch(run -> run.tables().containsKey(table))) {
        var place = new Path(folder, table);
        Dataset<Row> rows = ScoredRuns.rows(spark, output, table, replaced);
        long bytes = replaced.stream().mapToLong(run -> run.size(table).bytes()).sum();
        rows.withColumn(ScoredRuns.ORIGINAL_RUN, col("run_id"))
            .drop("run_date", "run_id")
            .coalesce((int) (1 + bytes / STAGED_BYTES))
            .write()
            .option("compression", "zstd")
            .option("parquet.enable.dictionary#embedding.list.element", false)
            .parquet(place.toString());
        manifest.put(table, requireEqual(rows, place, group.date()));
        staged.add(new StagedTable(table, Staging.files(fs, place)));
      }
    }
    permission.require();
    // The runs that a replaced compaction has replaced stay replaced.
    var all = new TreeSet<String>(group.runs());
    replaced.forEach(run -> all.addAll(run.replaces()));
    byte[] marker = JSON.writeValueAsBytes(all);
    WholeFile.write(fs, new Path(key.folder(RunKey.RUNS), MARKER), marker);
    committer().commit(staging, key, staged, permission);
    permission.require();
    manifest.set("compacted", JSON.valueToTree(all));
    WholeFile.write(fs, key.manifest(), JSON.writeValueAsBytes(manifest));
    fs.delete(folder, true);
  }

  /** Compares the rows that were written with those that they replace; returns their number. */
  private long requireEqual(Dataset<Row> rows, Path written, String date) throws IOException {
    Dataset<Row> found =
        spark
            .read()
            .parquet(written.toString())
            .withColumn("run_date", lit(date))
            .withColumnRenamed(ScoredRuns.ORIGINAL_RUN, "run_id");
    Row expected = checksum(rows);
    Row actual = checksum(found);
    if (!expected.equals(actual)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the rewritten rows have count and checksum %s, expected %s of the published rows;"
                  + " nothing was changed",
              actual,
              expected));
    }
    return actual.getLong(0);
  }

  /** Number of rows, and a checksum that does not depend on their order. */
  static Row checksum(Dataset<Row> rows) {
    Column[] columns =
        Arrays.stream(rows.schema().fields())
            .sorted((a, b) -> a.name().compareTo(b.name()))
            .map(Compaction::hashable)
            .toArray(Column[]::new);
    return rows.agg(count(lit(1)), sum(xxhash64(columns).cast(DataTypes.createDecimalType(38, 0))))
        .first();
  }

  /** Spark does not hash maps, whose entries have no order. */
  private static Column hashable(StructField field) {
    Column column = col(field.name());
    return field.dataType().typeName().equals("map") ? array_sort(map_entries(column)) : column;
  }
}
