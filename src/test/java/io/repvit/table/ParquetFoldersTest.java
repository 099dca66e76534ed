package io.repvit.table;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.rand;
import static org.apache.spark.sql.functions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.run.Lease;
import io.repvit.run.LeaseException;
import io.repvit.testing.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tables published from many small files, as DuckDB reads them. */
@Timeout(120)
class ParquetFoldersTest {
  private static final long TARGET = 1 << 20;
  private static final int FILES = 40;

  @RegisterExtension private static final LocalSpark SPARK = new LocalSpark();

  @TempDir private Path folder;

  @Test
  void manySmallFilesBecomeFewWithTheSameRowsInTheSameOrder() throws Exception {
    List<StagedFile> staged = stage("small", rows(60_000), FILES);
    publish(List.of(new StagedTable("numbers", staged)));

    long bytes = staged.stream().mapToLong(StagedFile::bytes).sum();
    long longest = staged.stream().mapToLong(StagedFile::bytes).max().orElseThrow();
    List<Path> published = published("numbers");
    assertTrue(bytes > 3 * TARGET, bytes + " bytes would not need several files");
    for (Path file : published) {
      assertTrue(Files.size(file) <= TARGET, file + " has " + Files.size(file) + " bytes");
    }
    for (Path file : published.subList(0, published.size() - 1)) {
      assertTrue(Files.size(file) > TARGET - longest - (64 << 10), file + ": " + Files.size(file));
    }
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
      // With one thread an aggregate sees the rows in the order of the files.
      duckdb.createStatement().execute("set threads = 1");
      String of = "select * from read_parquet(%s, hive_partitioning = false)";
      String before = of.formatted(list(staged.stream().map(StagedFile::uri).toList()));
      String after = of.formatted(list(published.stream().map(Path::toString).toList()));
      String ordered = "select md5(string_agg(t::varchar, ';')) from (%s) t";
      assertEquals(text(duckdb, ordered.formatted(before)), text(duckdb, ordered.formatted(after)));
      assertEquals("60000", text(duckdb, "select count(*) from (" + after + ")"));
      assertEquals(
          "40", // row groups are copied, not decoded
          text(
              duckdb,
              "select count(distinct (file_name, row_group_id)) from parquet_metadata(%s)"
                  .formatted(list(published.stream().map(Path::toString).toList()))));
      assertEquals(
          "19999 19999", // from the statistics of row groups
          text(
              duckdb,
              "select max(id) || ' ' || count(*) - 1 from (%s) where id < 20000".formatted(after)));
    }
  }

  @Test
  void statisticsAndPageIndexesAreKept() throws Exception {
    List<StagedFile> staged = stage("indexed", rows(2_000), 2);
    publish(List.of(new StagedTable("indexed", staged)));
    var configuration = new Configuration(false);
    var file =
        new StagedFile(
            published("indexed").get(0).toUri().toString(),
            Files.size(published("indexed").get(0)));
    try (var before = ParquetFileReader.open(new StagedParquet(staged.get(1), configuration));
        var after = ParquetFileReader.open(new StagedParquet(file, configuration))) {
      var one = before.getRowGroups().get(0).getColumns().get(0);
      var same = after.getRowGroups().get(1).getColumns().get(0);
      assertEquals(one.getStatistics(), same.getStatistics());
      assertNotNull(after.readColumnIndex(same));
      assertEquals(
          before.readColumnIndex(one).getMinValues(), after.readColumnIndex(same).getMinValues());
      assertEquals(
          before.readOffsetIndex(one).getOffset(0) - one.getStartingPos(),
          after.readOffsetIndex(same).getOffset(0) - same.getStartingPos());
      assertEquals(
          before.getFileMetaData().getKeyValueMetaData(),
          after.getFileMetaData().getKeyValueMetaData());
    }
  }

  @Test
  void aTableWithoutRowsHasOneFileWithItsSchema() throws Exception {
    List<StagedFile> staged = stage("empty", rows(0), 1);
    publish(List.of(new StagedTable("empty", staged)));
    assertEquals(1, published("empty").size());
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
      assertEquals(
          "id,text,numbers",
          text(
              duckdb,
              "select string_agg(column_name) from (describe select id, * exclude (id, run_date, run_id) from '%s')"
                  .formatted(published("empty").get(0))));
    }
  }

  @Test
  void filesOfADeadPublicationAreReplacedUnderTheSameNames() throws Exception {
    List<StagedFile> staged = stage("again", rows(2_000), 2);
    Path junk = Files.createDirectories(place("again")).resolve("part-junk.parquet");
    Files.writeString(junk, "half a file");
    publish(List.of(new StagedTable("again", staged)));
    assertFalse(Files.exists(junk));
    List<Path> first = published("again");
    publish(List.of(new StagedTable("again", staged)));
    assertEquals(first, published("again"));
    publish(List.of(new StagedTable("again", staged.subList(0, 1))));
    assertFalse(published("again").equals(first), "other rows have another name");
  }

  @Test
  void anAttemptThatLostTheRunLeavesTheTablesOfTheOther() throws Exception {
    List<StagedFile> staged = stage("lost", rows(2_000), 2);
    Path other = Files.createDirectories(place("lost")).resolve("part-other.parquet");
    Files.writeString(other, "rows of the other");
    Staging staging = staging();
    Lease lease = Lease.take(staging, "paused", Duration.ofSeconds(60));
    Path leases = folder.resolve("_staging/2026-01-09-nightly/lease");
    Files.writeString(leases.resolve("lease-2"), "a successor");
    var tables = List.of(new StagedTable("lost", staged));
    assertThrows(
        LeaseException.class,
        () ->
            new ParquetFolders(SPARK.session(), TARGET)
                .commit(staging, key(), tables, lease::require));
    assertEquals(List.of(other), published("lost"));
    lease.close();
  }

  private static Dataset<Row> rows(int count) {
    return SPARK
        .session()
        .range(0, count, 1, 1)
        .select(
            col("id"),
            when(col("id").mod(7).notEqual(0), concat(lit("row "), col("id"))).as("text"),
            array(rand(1), rand(2), rand(3), rand(4), rand(5), rand(6), rand(7), rand(8), rand(9))
                .as("numbers"));
  }

  private List<StagedFile> stage(String name, Dataset<Row> rows, int files) throws Exception {
    Path to = folder.resolve("staged-" + name);
    rows.repartitionByRange(files, col("id"))
        .write()
        .option("compression", "zstd")
        .parquet(to.toUri().toString());
    return Staging.files(
        FileSystem.getLocal(new Configuration(false)), new org.apache.hadoop.fs.Path(to.toUri()));
  }

  private void publish(List<StagedTable> tables) throws Exception {
    Staging staging = staging();
    try (Lease lease = Lease.take(staging, "test", Duration.ofSeconds(60))) {
      new ParquetFolders(SPARK.session(), TARGET).commit(staging, key(), tables, lease::require);
    }
  }

  private RunKey key() {
    return new RunKey(folder.toUri().toString(), LocalDate.of(2026, 1, 9), "nightly");
  }

  private Staging staging() throws Exception {
    return new Staging(FileSystem.getLocal(new Configuration(false)), key());
  }

  private Path place(String table) {
    return folder.resolve(table + "/run_date=2026-01-09/run_id=nightly");
  }

  private List<Path> published(String table) throws Exception {
    try (Stream<Path> files = Files.list(place(table))) {
      return files
          .filter(
              f -> f.toString().endsWith(".parquet") && !f.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  private static String list(List<String> files) {
    var quoted = new ArrayList<String>();
    files.forEach(f -> quoted.add("'" + f.replaceFirst("^file:(//)?", "") + "'"));
    return quoted.toString();
  }

  private static String text(Connection duckdb, String sql) throws SQLException {
    try (var statement = duckdb.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
