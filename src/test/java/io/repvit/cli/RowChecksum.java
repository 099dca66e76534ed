package io.repvit.cli;

import io.repvit.testing.hostile.HostileImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Tells whether two versions of the job make the same rows; see {@code jobs/check-rows}.
 *
 * <p>{@code prepare FOLDER} writes the inputs, {@code print FOLDER KIND OUTPUT} prints one line per
 * table of {@code OUTPUT}: its number of rows and a checksum of them in the order of their paths.
 * Times, run names and ETags do not count, and paths count from {@code FOLDER}.
 */
final class RowChecksum {
  private static final int HOSTILE_FILES = 1000;
  private static final Path INPUTS = Path.of("src/test/resources/input");

  private RowChecksum() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "prepare" -> prepare(Path.of(args[1]));
      case "print" -> print(Path.of(args[1]), args[2], Path.of(args[3]));
      default -> throw new IllegalArgumentException("prepare or print, not " + args[0]);
    }
  }

  private static void prepare(Path folder) throws IOException {
    copy(Samples.FASHION, folder.resolve("files/fashion-mnist"));
    copy(Samples.PHOTOGRAPHS, folder.resolve("files/photographs"));
    copy(INPUTS.resolve("webdataset"), folder.resolve("webdataset"));
    Files.createDirectories(folder.resolve("table"));
    Files.copy(INPUTS.resolve("huggingface.parquet"), folder.resolve("table/huggingface.parquet"));
    new HostileImages(
            List.of(
                Samples.PHOTOGRAPHS, Samples.FASHION, Path.of("src/test/resources/image/decode")),
            Path.of("src/test/resources/image/reject"))
        .write(folder.resolve("hostile"), HOSTILE_FILES);
  }

  /** Copies the files below a folder. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static void print(Path folder, String kind, Path output) throws SQLException {
    String path = "replace(path, 'file:%s/', '') as path".formatted(folder.toAbsolutePath());
    try (Tables tables = Tables.open(output)) {
      line(
          tables,
          kind,
          "predictions",
          "* exclude (path, modified_at, etag, predicted_at, run_date, run_id, preprocessing)",
          path);
      line(tables, kind, "quarantine", "length, carried, stage, code, model_sha256", path);
      line(tables, kind, "quarantine", "message", path);
    }
  }

  private static void line(Tables tables, String kind, String table, String columns, String path)
      throws SQLException {
    List<Object> row =
        tables
            .rows(
                """
                select count(*), coalesce(md5(string_agg(text, chr(10) order by path)), '-')
                from (select path, to_json(t)::varchar as text
                    from (select %s, %s from %s) t)
                """
                    .formatted(path, columns, table))
            .get(0);
    System.out.printf(
        Locale.ROOT,
        "%-10s %-11s %6s rows  %s  %s%n",
        kind,
        table,
        row.get(0),
        row.get(1),
        columns);
  }
}
