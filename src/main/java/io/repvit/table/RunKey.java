package io.repvit.table;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * What a run is called, and where its tables stand: {@code
 * <output>/<table>/run_date=<date>/run_id=<id>}.
 *
 * @param output root URI of the tables
 * @param date logical date of the run
 * @param id name of the run, unique under its date: letters, digits, {@code . _ -}, at most 128
 */
public record RunKey(String output, LocalDate date, String id) implements Serializable {
  /** Name of the file with which a run is complete. */
  public static final String MANIFEST = "manifest.json";

  /** Folder of manifests and reports in the output. */
  public static final String RUNS = "runs";

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  public RunKey {
    if (output.isBlank()) {
      throw new IllegalArgumentException("output is empty, expected a URI");
    }
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "run id '%s' must be 1 to 128 letters, digits, '.', '_' or '-', and begin with a letter or digit",
              id));
    }
  }

  /** Folder of this run in {@code table}. */
  public Path folder(String table) {
    return new Path(new Path(output, table), "run_date=" + date + "/run_id=" + id);
  }

  /** The page for people beside the manifest. */
  public Path report() {
    return new Path(folder(RUNS), "report.html");
  }

  /** Written last: where it stands, the run is complete. */
  public Path manifest() {
    return new Path(folder(RUNS), MANIFEST);
  }

  @Override
  public String toString() {
    return "run " + id + " of " + date;
  }
}
