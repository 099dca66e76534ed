package io.repvit.table;

import io.repvit.storage.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import org.apache.spark.sql.types.StructType;

/**
 * Lists the published runs below an output: those with a manifest. On S3 this costs one LIST
 * request per thousand files.
 */
final class ScoredRuns {
  private static final List<String> TABLES = List.of(PredictionTable.NAME, QuarantineTable.NAME);

  private ScoredRuns() {}

  /**
   * A published run.
   *
   * @param date as in the folder name
   * @param id as in the folder name
   * @param fingerprint of the manifest and of the names and lengths of the tables' files; it
   *     changes if the run is published again or files are deleted
   * @param tables names of the tables that have files
   */
  record Published(String date, String id, String fingerprint, Set<String> tables) {
    /** Unique name of the run and its content in the scored index. */
    String name() {
      return date + "/" + id + "/" + fingerprint;
    }
  }

  /** Lists the published runs below {@code output}. */
  static List<Published> below(FileSystem fs, Path output) throws IOException {
    Map<String, Found> runs = new TreeMap<>();
    // Manifests are listed first: the tables of a run are visible before its manifest exists.
    list(
        fs,
        new Path(output, RunKey.RUNS),
        file -> {
          if (file.getPath().getName().equals(RunKey.MANIFEST)) {
            var run = new Found();
            run.add(version(file));
            runs.put(run(file), run);
          }
        });
    if (runs.isEmpty()) {
      return List.of();
    }
    for (String table : TABLES) {
      list(
          fs,
          new Path(output, table),
          file -> {
            Found run = runs.get(run(file));
            String name = file.getPath().getName();
            if (run != null && !name.startsWith("_") && !name.startsWith(".")) {
              run.tables.add(table);
              run.add(table + "/" + name + " " + file.getLen());
            }
          });
    }
    return runs.entrySet().stream()
        .map(
            run -> {
              String[] key = run.getKey().split("/", 2);
              return new Published(
                  key[0], key[1], run.getValue().fingerprint(), run.getValue().tables);
            })
        .toList();
  }

  /**
   * Reads the {@link io.repvit.predict.Conditions} of runs from their manifests; null for manifests
   * of versions that did not write them.
   */
  static Dataset<Row> conditions(SparkSession spark, Path output, List<Published> runs) {
    StructType schema =
        partitioned(new StructType().add(ScoredRows.CONDITIONS, DataTypes.StringType));
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

  /**
   * Adds the partition columns as strings. If Spark inferred their types, the runs 1 and 01 would
   * be equal.
   */
  static StructType partitioned(StructType schema) {
    return schema.add("run_date", DataTypes.StringType).add("run_id", DataTypes.StringType);
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
    private final Set<String> tables = new TreeSet<>();
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
