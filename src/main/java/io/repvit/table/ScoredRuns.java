package io.repvit.table;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.storage.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Lists the published runs below an output: those with a manifest that no {@link Compaction}
 * replaces. On S3 this costs one LIST request per thousand files, and one GET per compaction.
 */
final class ScoredRuns {
  /** The tables that a run has. */
  static final List<String> TABLES = List.of(PredictionTable.NAME, QuarantineTable.NAME);

  /** The run that wrote a row, in the files of compactions. */
  static final String ORIGINAL_RUN = "original_run_id";

  private static final String DATE = "run_date";
  private static final String ID = "run_id";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ScoredRuns() {}

  /** The files of a table of a run. */
  record Size(int files, long bytes) {
    static final Size NONE = new Size(0, 0);

    Size plus(Size o) {
      return new Size(files + o.files, bytes + o.bytes);
    }
  }

  /**
   * A published run.
   *
   * @param date as in the folder name
   * @param id as in the folder name
   * @param fingerprint of the manifest and of the names and lengths of the tables' files; it
   *     changes if the run is published again or files are deleted
   * @param tables the tables that have files
   * @param replaces ids of the runs of the same date that this compaction replaces; none if it is
   *     no compaction
   * @param remains those of them that still have files
   */
  record Published(
      String date,
      String id,
      String fingerprint,
      Map<String, Size> tables,
      List<String> replaces,
      List<String> remains) {
    /** Unique name of the run and its content in the scored index. */
    String name() {
      return date + "/" + id + "/" + fingerprint;
    }

    Size size(String table) {
      return tables.getOrDefault(table, Size.NONE);
    }
  }

  /** Lists the published runs below {@code output}. */
  static List<Published> below(FileSystem fs, Path output) throws IOException {
    List<Published> last = listed(fs, output);
    // A compaction may have deleted the files of a run after its manifest was listed.
    while (last.stream().anyMatch(run -> !run.tables().containsKey(PredictionTable.NAME))
        && last.stream().anyMatch(run -> run.tables().containsKey(PredictionTable.NAME))) {
      List<Published> again = listed(fs, output);
      if (again.equals(last)) {
        break;
      }
      last = again;
    }
    return last;
  }

  private static List<Published> listed(FileSystem fs, Path output) throws IOException {
    Map<String, Found> runs = new TreeMap<>();
    Set<String> compactions = new TreeSet<>();
    // Manifests are listed first: the tables of a run are visible before its manifest exists.
    list(
        fs,
        new Path(output, RunKey.RUNS),
        file -> {
          String name = file.getPath().getName();
          if (name.equals(RunKey.MANIFEST)) {
            var run = new Found();
            run.add(version(file));
            runs.put(run(file), run);
          } else if (name.equals(Compaction.MARKER)) {
            compactions.add(run(file));
          }
        });
    if (runs.isEmpty()) {
      return List.of();
    }
    compactions.retainAll(runs.keySet());
    var replaced = new TreeSet<String>();
    for (String compaction : compactions) {
      Found run = Objects.requireNonNull(runs.get(compaction));
      run.replaces = replaces(fs, output, compaction);
      run.replaces.forEach(id -> replaced.add(key(compaction)[0] + "/" + id));
    }
    for (String table : TABLES) {
      list(
          fs,
          new Path(output, table),
          file -> {
            Found run = runs.get(run(file));
            String name = file.getPath().getName();
            if (run != null && !name.startsWith("_") && !name.startsWith(".")) {
              run.tables.merge(table, new Size(1, file.getLen()), Size::plus);
              run.add(table + "/" + name + " " + file.getLen());
            }
          });
    }
    var published = new ArrayList<Published>();
    runs.forEach(
        (name, run) -> {
          if (!replaced.contains(name)) {
            String date = key(name)[0];
            List<String> remains =
                run.replaces.stream()
                    .filter(
                        id -> {
                          Found other = runs.get(date + "/" + id);
                          return other != null && !other.tables.isEmpty();
                        })
                    .toList();
            published.add(
                new Published(
                    date, key(name)[1], run.fingerprint(), run.tables, run.replaces, remains));
          }
        });
    return published;
  }

  /** The runs that a published compaction replaces. */
  private static List<String> replaces(FileSystem fs, Path output, String compaction)
      throws IOException {
    var marker =
        new Path(
            output,
            String.format(
                Locale.ROOT,
                "%s/run_date=%s/run_id=%s/%s",
                RunKey.RUNS,
                key(compaction)[0],
                key(compaction)[1],
                Compaction.MARKER));
    try {
      return List.of(JSON.readValue(WholeFile.read(fs, marker), String[].class));
    } catch (FileNotFoundException e) {
      return List.of(); // It was pruned since the listing, after the runs that it replaced.
    }
  }

  /** Date and id. */
  private static String[] key(String run) {
    return run.split("/", 2);
  }

  /**
   * Reads columns of the manifests of runs; null for manifests of versions that did not write them.
   *
   * @param columns such as {@link io.repvit.predict.Conditions}
   */
  static Dataset<Row> manifests(
      SparkSession spark, Path output, List<Published> runs, StructType columns) {
    StructType schema = partitioned(columns);
    Path manifests = new Path(output, RunKey.RUNS);
    return runs.isEmpty()
        ? spark.createDataFrame(List.of(), schema)
        : spark
            .read()
            .option("multiLine", true)
            .option("basePath", manifests.toString())
            .schema(schema)
            .json(folders(manifests, runs, "/" + RunKey.MANIFEST));
  }

  /** Reads the {@link io.repvit.predict.Conditions} of runs from their manifests. */
  static Dataset<Row> conditions(SparkSession spark, Path output, List<Published> runs) {
    return manifests(
        spark, output, runs, new StructType().add(ScoredRows.CONDITIONS, DataTypes.StringType));
  }

  /**
   * The rows of a table of runs, with the columns of all runs. At least one run has the table. A
   * column that a run does not have is null in its rows. The columns run_date and run_id are those
   * of the runs that wrote the rows.
   */
  static Dataset<Row> rows(SparkSession spark, Path output, String table, List<Published> runs) {
    var all = new Path(output, table);
    String[] folders =
        folders(all, runs.stream().filter(run -> run.tables().containsKey(table)).toList(), "");
    var columns = new StructType();
    for (StructField field :
        spark.read().option("mergeSchema", true).parquet(folders).schema().fields()) {
      boolean inPath = field.name().equals(DATE) || field.name().equals(ID);
      columns = inPath ? columns : columns.add(field);
    }
    return restored(
        spark
            .read()
            .option("basePath", all.toString())
            .schema(partitioned(columns))
            .parquet(folders));
  }

  /** Gives the rows of compactions the id of the run that wrote them. */
  static Dataset<Row> restored(Dataset<Row> rows) {
    return Arrays.asList(rows.columns()).contains(ORIGINAL_RUN)
        ? rows.withColumn(ID, coalesce(col(ORIGINAL_RUN), col(ID))).drop(ORIGINAL_RUN)
        : rows;
  }

  /**
   * Adds the partition columns as strings. If Spark inferred their types, the runs 1 and 01 would
   * be equal.
   */
  static StructType partitioned(StructType schema) {
    return schema.add(DATE, DataTypes.StringType).add(ID, DataTypes.StringType);
  }

  /** The folders of {@code runs} below {@code all}, each with {@code suffix} appended. */
  static String[] folders(Path all, List<Published> runs, String suffix) {
    return runs.stream()
        .map(
            run ->
                all
                    + String.format(
                        Locale.ROOT, "/run_date=%s/run_id=%s%s", run.date(), run.id(), suffix))
        .toArray(String[]::new);
  }

  /** Accumulates the files of a run; the order does not matter. */
  private static final class Found {
    private final Map<String, Size> tables = new TreeMap<>();
    private List<String> replaces = List.of();
    private long sum;

    void add(String text) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        sum += ByteBuffer.wrap(hash).getLong();
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JVM has SHA-256", e);
      }
    }

    String fingerprint() {
      return String.format(Locale.ROOT, "%016x", sum);
    }
  }

  private static String version(FileStatus file) {
    String etag = file instanceof EtagSource source ? source.getEtag() : null;
    return etag == null ? file.getModificationTime() + "-" + file.getLen() : etag;
  }

  /**
   * The run of a file as {@code date/id}; a text that no run has if the file is not in the folder
   * of a run.
   */
  static String run(FileStatus file) {
    Path folder = file.getPath().getParent();
    return value(folder.getParent(), "run_date=") + "/" + value(folder, "run_id=");
  }

  private static String value(Path folder, String prefix) {
    String name = folder.getName();
    return name.startsWith(prefix) ? name.substring(prefix.length()) : "";
  }

  /** Receives files one by one. */
  interface Files {
    void accept(FileStatus file);
  }

  /** Lists all files below a folder; a missing folder has none. */
  static void list(FileSystem fs, Path folder, Files files) throws IOException {
    try {
      if (WholeFile.appearsWhole(fs)) {
        RemoteIterator<LocatedFileStatus> all = fs.listFiles(folder, true);
        while (all.hasNext()) {
          files.accept(all.next());
        }
      } else {
        // On a local disk listFiles also reads owner and permissions, which starts a process per
        // file.
        for (FileStatus child : fs.listStatus(folder)) {
          if (child.isDirectory()) {
            list(fs, child.getPath(), files);
          } else {
            files.accept(child);
          }
        }
      }
    } catch (FileNotFoundException e) {
      // Nothing was written there, or another run has deleted it.
    }
  }
}
