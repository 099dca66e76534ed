package io.repvit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Runs over one data set that grows, each under a name of its own, and what they wrote. */
abstract class NightlyRuns {
  @TempDir Path folder;
  private int nights;

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /**
   * The newest file whose name ends so; its checksum file is deleted. A damaged file stays for a
   * day beside the one that replaces it.
   */
  static Path one(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Path file =
          files
              .filter(f -> f.toString().endsWith(suffix))
              .max(Comparator.comparing(f -> f.toFile().lastModified()))
              .orElseThrow();
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      return file;
    }
  }

  static Path garment() {
    return Samples.FASHION.resolve("bag/00018.png");
  }

  /** A run under a name of its own. */
  Cli.Ended night(Path input, String... more) {
    nights++;
    var args =
        new ArrayList<>(
            List.of("classify", "--input", input.toString(), "--output", output().toString()));
    args.addAll(List.of("--date", Tables.DATE, "--run-id", name()));
    args.addAll(List.of(more));
    if (!args.contains("--model")) {
      args.addAll(List.of("--model", Cli.MODEL.toString()));
    }
    return Cli.run(args.toArray(String[]::new));
  }

  Path output() {
    return folder.resolve("output");
  }

  String name() {
    return "%02d".formatted(nights);
  }

  Path table() {
    return output().resolve("predictions/run_date=" + Tables.DATE + "/run_id=" + name());
  }

  /** The manifest of the last run. */
  JsonNode manifest() throws Exception {
    return new ObjectMapper().readTree(manifestFile().toFile());
  }

  Path manifestFile() {
    return output()
        .resolve("runs/run_date=%s/run_id=%s/manifest.json".formatted(Tables.DATE, name()));
  }

  /** Files of all runs, without the index. */
  List<String> files() throws IOException {
    return Tables.filesBelow(output()).stream()
        .filter(file -> !file.startsWith("_scored/"))
        .toList();
  }

  /** File names in both tables of the last run, sorted. */
  List<String> rows() {
    return rows(
        "select path, run_id from predictions union all select path, run_id from quarantine");
  }

  List<String> quarantined() {
    return rows("select path, run_id from quarantine");
  }

  List<String> rows(String query) {
    try (Tables tables = Tables.open(output())) {
      return tables
          .rows(
              """
              select split_part(path, '/', -1) from (%s) where run_id::varchar = '%s' order by 1"""
                  .formatted(query, name()))
          .stream()
          .map(row -> (String) row.get(0))
          .toList();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
