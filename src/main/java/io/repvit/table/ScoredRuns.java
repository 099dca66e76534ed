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
 * The runs that are published below an output: those with a manifest. On S3 they cost a LIST
 * request per thousand files.
 */
final class ScoredRuns {
  private static final List<String> TABLES = List.of(PredictionTable.NAME, QuarantineTable.NAME);

  private ScoredRuns() {}

  /**
   * A published run.
   *
   * @param date as in its folder
   * @param id as in its folder
   * @param fingerprint of its manifest and of the names and lengths of its tables' files: another
   *     one when the run was published anew, or when something of it was deleted
   * @param tables those that have files
   */
  record Published(String date, String id, String fingerprint, Set<String> tables) {
    /** Under this name the scored index knows the run; never of another one. */
    String name() {
      return date + "/" + id + "/" + fingerprint;
    }
  }

  /** The runs below {@code output}. */
  static List<Published> below(FileSystem fs, Path output) throws IOException {
    Map<String, Found> runs = new TreeMap<>();
    // First, because tables stand before their manifest does.
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

  /** The conditions of runs, as their manifests tell them; null of older versions. */
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

  /** With the columns of folders as text: guessed, the runs 1 and 01 would be one. */
  static StructType partitioned(StructType schema) {
    return schema.add("run_date", DataTypes.StringType).add("run_id", DataTypes.StringType);
  }

  /** The folders of runs below that of all runs, each with {@code suffix}. */
  static String[] folders(Path all, List<Published> runs, String suffix) {
    return runs.stream()
        .map(
            run ->
                all
                    + String.format(
                        Locale.ROOT, "/run_date=%s/run_id=%s%s", run.date(), run.id(), suffix))
        .toArray(String[]::new);
  }

  /** What was found of a run; files are added in any order. */
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

  /** As {@code date/id}; of a file that is in no run's folder, what is no run. */
  private static String run(FileStatus file) {
    Path folder = file.getPath().getParent();
    return value(folder.getParent(), "run_date=") + "/" + value(folder, "run_id=");
  }

  private static String value(Path folder, String prefix) {
    String name = folder.getName();
    return name.startsWith(prefix) ? name.substring(prefix.length()) : "";
  }

  /** Takes files one by one. */
  interface Files {
    void accept(FileStatus file);
  }

  /** All files below a folder, which need not be there. */
  static void list(FileSystem fs, Path folder, Files files) throws IOException {
    try {
      if (WholeFile.appearsWhole(fs)) {
        RemoteIterator<LocatedFileStatus> all = fs.listFiles(folder, true);
        while (all.hasNext()) {
          files.accept(all.next());
        }
      } else {
        // The same call asks a local disk for owner and permissions: a process per file.
        for (FileStatus child : fs.listStatus(folder)) {
          if (child.isDirectory()) {
            list(fs, child.getPath(), files);
          } else {
            files.accept(child);
          }
        }
      }
    } catch (FileNotFoundException e) {
      // Nothing was written there, or it was deleted meanwhile.
    }
  }
}
