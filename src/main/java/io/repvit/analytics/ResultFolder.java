package io.repvit.analytics;

import io.repvit.UserException;
import io.repvit.storage.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * The folder of one {@link Analysis}: {@code rows} (Parquet), {@code report.html} and {@code
 * summary.json}, which is written last.
 *
 * <pre>{@code
 * var summary = ResultFolder.create(spark, "s3a://lake/duplicates", false).write(analysis);
 * }</pre>
 */
public final class ResultFolder {
  /** The folder of the rows. */
  public static final String ROWS = "rows";

  /** The page for people. */
  public static final String REPORT = "report.html";

  /** The summary for programs. A folder without it is not complete. */
  public static final String SUMMARY = "summary.json";

  private static final Set<String> NAMES = Set.of(ROWS, REPORT, SUMMARY);

  private final SparkSession spark;
  private final Path folder;
  private final FileSystem fs;

  private ResultFolder(SparkSession spark, Path folder, FileSystem fs) {
    this.spark = spark;
    this.folder = folder;
    this.fs = fs;
  }

  /**
   * Checks that results can be written to a folder, and writes nothing.
   *
   * @param overwrite whether earlier results in the folder are replaced
   * @throws UserException if the folder has earlier results and {@code overwrite} is false, or has
   *     other files
   */
  public static ResultFolder create(SparkSession spark, String place, boolean overwrite)
      throws UserException, IOException {
    var folder = new Path(place);
    FileSystem fs = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
    Set<String> found = names(fs, folder);
    var others = new TreeSet<>(found);
    others.removeAll(NAMES);
    if (!others.isEmpty() || !found.isEmpty() && !overwrite) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the output folder %s contains %s, expected an empty folder%s",
              folder,
              others.isEmpty() ? found : others.stream().limit(5).toList(),
              others.isEmpty() ? "; replace the results with --overwrite, or name another" : ""));
    }
    return new ResultFolder(spark, folder, fs);
  }

  private static Set<String> names(FileSystem fs, Path folder) throws IOException {
    var names = new TreeSet<String>();
    try {
      for (FileStatus child : fs.listStatus(folder)) {
        names.add(child.getPath().getName());
      }
    } catch (FileNotFoundException e) {
      // It is made when the rows are written.
    }
    return names;
  }

  /** Computes and writes rows, page and summary, and returns the summary. */
  public <S> S write(Analysis<S> analysis) throws UserException, IOException {
    fs.delete(new Path(folder, SUMMARY), false);
    fs.delete(new Path(folder, REPORT), false);
    String rows = new Path(folder, ROWS).toString();
    analysis.rows().write().mode(SaveMode.Overwrite).option("compression", "zstd").parquet(rows);
    var written = spark.read().parquet(rows);
    S summary = analysis.summary(written);
    write(REPORT, analysis.page(written, summary).html());
    write(SUMMARY, Summaries.json(summary));
    return summary;
  }

  private void write(String name, String text) throws IOException {
    WholeFile.write(fs, new Path(folder, name), text.getBytes(StandardCharsets.UTF_8));
  }
}
