package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet tables with the types, codecs, names and keys that people have; DuckDB writes them. */
@Tag("slow")
class TableCasesTest {
  @TempDir private static Path folder;
  private static String one;
  private static String two;

  @BeforeAll
  static void takeImages() throws Exception {
    String file = "(select content from read_blob('%s'))";
    List<Path> bags = Samples.children(Samples.FASHION.resolve("bag"));
    one = file.formatted(bags.get(0));
    two = file.formatted(bags.get(1));
  }

  private static Path table(String name, String select, String codec) throws Exception {
    Path table = folder.resolve(name);
    Files.createDirectories(table.getParent());
    try (var duckdb = DriverManager.getConnection("jdbc:duckdb:");
        var statement = duckdb.createStatement()) {
      statement.execute(
          "copy (%s) to '%s' (format parquet, codec '%s')".formatted(select, table, codec));
    }
    return table;
  }

  private static List<List<Object>> rows(Path table, String columns, String... more)
      throws Exception {
    var args = new ArrayList<>(List.of("--input-format", "table", "--max-quarantine-rate", "1"));
    args.addAll(List.of(more));
    Path output = folder.resolve("output-" + table.getFileName());
    Cli.classify(table, output, args.toArray(String[]::new)).done();
    try (Tables tables = Tables.open(output)) {
      return tables.rows(
          ("select replace(path, 'file:%s/', '') p, %s from (select path, carried, null code from"
                  + " predictions union all select path, carried, code from quarantine) order by p")
              .formatted(folder, columns));
    }
  }

  @Test
  void columnsThatAreNotNeededMayHaveAnyTypeAndDifferFromFileToFile() throws Exception {
    String others =
        ", timestamp_ns '2026-01-01 12:00:00.123456789' ts, time '12:00' t, [timestamp_ns '2026-01-01'] l, 'x' \"a.b\"";
    table("any/a.parquet", "select %s image, 1 other %s".formatted(one, others), "zstd");
    table("any/b.parquet", "select %s IMAGE, 'x' other %s".formatted(two, others), "gzip");
    table("any/c.parquet", "select 2::tinyint other, %s image %s".formatted(one, others), "lz4");
    assertEquals(
        Stream.of("a", "b", "c")
            .map(f -> List.<Object>of("any/" + f + ".parquet#0", "2026-01-01 12:00:00.123456", "x"))
            .toList(),
        rows(folder.resolve("any"), "carried['ts'], carried['a.b']", "--carry", "ts", "a.b"));
  }

  @Test
  void everyRowHasItsOwnPathWhateverItsKey() throws Exception {
    Path table =
        table(
            "keys.parquet",
            "select %s image, unnest(['x', 'x', null, 'a#b', 'x#1', 'u', null, 'a#1']) id"
                .formatted(one),
            "snappy");
    assertEquals(
        Stream.of("##2", "##6", "#a#1", "#a#b", "#u", "#x#0", "#x#1", "#x#1#4")
            .map(key -> List.<Object>of("keys.parquet" + key, "-"))
            .toList(),
        rows(table, "coalesce(code, '-')", "--key-column", "id"));
  }

  @Test
  void aRowWithoutBytesIsQuarantined() throws Exception {
    Path table =
        table(
            "nulls.parquet",
            "select unnest([{'bytes': %s, 'path': 'a'}, {'bytes': null, 'path': 'b'}, null, {'bytes': ''::blob, 'path': null}]) image"
                .formatted(one),
            "uncompressed");
    assertEquals(
        List.of(
            List.of("nulls.parquet#0", "-"),
            List.of("nulls.parquet#1", "EMPTY"),
            List.of("nulls.parquet#2", "EMPTY"),
            List.of("nulls.parquet#3", "EMPTY")),
        rows(table, "coalesce(code, '-')"));
  }

  @Test
  void whatCannotBeReadIsRefusedByFileAndColumn() throws Exception {
    assertRefused(
        table("brotli.parquet", "select %s image".formatted(one), "brotli"),
        "brotli.parquet: found column image compressed by brotli, whose codec is not on the class");
    table("mixed/a.parquet", "select %s image".formatted(one), "snappy");
    table("mixed/b.parquet", "select {'bytes': %s} image".formatted(two), "snappy");
    assertRefused(
        folder.resolve("mixed"),
        "b.parquet: found column image of type struct<bytes:binary>, expected binary as in a.parq");
    table("some/a.parquet", "select %s image, 1 \"label\"".formatted(one), "snappy");
    table("some/b.parquet", "select %s image".formatted(two), "snappy");
    assertRefused(
        folder.resolve("some"),
        "b.parquet: found the columns image, expected 'label'",
        "--carry",
        "label");
    assertRefused(
        table("text.parquet", "select 'iVBORw0K' image", "snappy"),
        "column image of type string, expected binary or a struct with a binary field 'bytes'");
    assertRefused(
        table("array.parquet", "select [1::utinyint] image", "snappy"),
        "column image of type array<smallint>, expected binary");
    assertRefused(
        table("dot.parquet", "select %s \"my.image\", 1 \"image file\"".formatted(one), "snappy"),
        "found the columns my.image, image file, expected 'image'");
    assertRefused(
        table("list.parquet", "select [{'bytes': %s}] images".formatted(one), "snappy"),
        "found the columns images, expected 'image'");
    assertRefused(
        table("interval.parquet", "select %s image, interval 1 day t".formatted(one), "snappy"),
        "found a column that Spark cannot read: ",
        "--carry",
        "t");
  }

  private static void assertRefused(Path table, String expected, String... more) {
    var args = new ArrayList<>(List.of("--input-format", "table"));
    args.addAll(List.of(more));
    String line =
        Cli.classify(table, folder.resolve("refused"), args.toArray(String[]::new)).refusal();
    assertTrue(line.contains(expected), line);
  }
}
