package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The tables below one output root as DuckDB sees them, which shares no code with Spark. */
public final class Tables implements AutoCloseable {
  public static final String DATE = "2026-11-23";
  public static final String RUN = "of-the-test";

  private final Connection duckdb;

  private Tables(Connection duckdb) {
    this.duckdb = duckdb;
  }

  /** Views {@code predictions} and {@code quarantine} over all runs below {@code output}. */
  public static Tables open(Path output) throws SQLException {
    return over(
        Map.of(
            "predictions", files(output, "predictions"),
            "quarantine", files(output, "quarantine")));
  }

  /** Views by name over patterns of files. */
  public static Tables over(Map<String, String> files) throws SQLException {
    var tables = new Tables(DriverManager.getConnection("jdbc:duckdb:"));
    for (Map.Entry<String, String> view : files.entrySet()) {
      tables.execute(
          "create view %s as select * from read_parquet('%s', hive_partitioning = true)"
              .formatted(view.getKey(), view.getValue()));
    }
    return tables;
  }

  /** The pattern of a table's files. */
  public static String files(Path output, String table) {
    return output.resolve(table) + "/run_date=*/run_id=*/*.parquet";
  }

  /** The files below a folder, relative to it; none when there is no folder. */
  public static List<String> filesBelow(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(f -> folder.relativize(f).toString()).toList();
    }
  }

  public static Path manifestFile(Path output) {
    return output.resolve("runs/run_date=" + DATE + "/run_id=" + RUN + "/manifest.json");
  }

  /** Where everything unfinished of a run stands. */
  public static Path staging(Path output) {
    return output.resolve("_staging/" + DATE + "-" + RUN);
  }

  /** Makes claims on runs as old as if nothing had been heard of their attempts for years. */
  public static void age(Path staging) throws IOException {
    try (Stream<Path> claims = Files.list(staging.resolve("lease"))) {
      for (Path claim : claims.toList()) {
        Files.setLastModifiedTime(claim, FileTime.fromMillis(1_700_000_000_000L));
      }
    }
  }

  public static JsonNode manifest(Path output) {
    try {
      return new ObjectMapper().readTree(manifestFile(output).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void execute(String sql) throws SQLException {
    try (var statement = duckdb.createStatement()) {
      statement.execute(sql);
    }
  }

  /** All rows of a query. */
  public List<List<Object>> rows(String sql) throws SQLException {
    try (var statement = duckdb.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      var rows = new ArrayList<List<Object>>();
      while (result.next()) {
        var row = new ArrayList<Object>();
        for (int i = 1; i <= columns; i++) {
          Object value = result.getObject(i);
          row.add(value instanceof Array array ? List.of((Object[]) array.getArray()) : value);
        }
        rows.add(row);
      }
      return rows;
    }
  }

  /** The one number of a query. */
  public double number(String sql) throws SQLException {
    return ((Number) rows(sql).get(0).get(0)).doubleValue();
  }

  public long count(String table, String condition) throws SQLException {
    return (long) number("select count(*) from " + table + " where " + condition);
  }

  /** The first column as text by the second, a count. */
  public Map<String, Long> counts(String sql) throws SQLException {
    var counts = new TreeMap<String, Long>();
    for (List<Object> row : rows(sql)) {
      counts.put(row.get(0).toString(), ((Number) row.get(1)).longValue());
    }
    return counts;
  }

  /**
   * What a model said of one image; equal only when every float has the same bits.
   *
   * @param scoreBits of {@code score}, then of {@code top_k}
   */
  record Answer(
      String label,
      int index,
      List<Object> labels,
      List<Object> indices,
      List<Integer> scoreBits,
      List<Integer> embeddingBits) {
    float score() {
      return Float.intBitsToFloat(scoreBits.get(0));
    }
  }

  /** What the model says of bytes, by their hash; each must be there once. */
  public static Map<String, String> answersByContent(Path output) throws Exception {
    var answers = new TreeMap<String, String>();
    try (Tables tables = open(output)) {
      for (List<Object> row :
          tables.rows(
              """
              select content_sha256,
                  label || ' ' || score || ' ' || hash(top_k) || ' ' || hash(embedding)
              from predictions""")) {
        if (answers.put((String) row.get(0), (String) row.get(1)) != null) {
          throw new AssertionError(row.get(0) + " is there twice");
        }
      }
    }
    return answers;
  }

  /**
   * The answers by path below {@code root}.
   *
   * @param root folder that paths must stand below, as a URI without a slash at the end
   */
  public Map<String, Answer> answers(String root) throws SQLException {
    var answers = new TreeMap<String, Answer>();
    for (List<Object> row :
        rows(
            """
            select path, label, label_index,
                list_transform(top_k, lambda s: s.label),
                list_transform(top_k, lambda s: s.label_index),
                list_prepend(score, list_transform(top_k, lambda s: s.score)),
                embedding
            from predictions""")) {
      String path = (String) row.get(0);
      if (!path.startsWith(root + "/")) {
        throw new AssertionError(path + " is not below " + root);
      }
      var answer =
          new Answer(
              (String) row.get(1),
              (Integer) row.get(2),
              list(row.get(3)),
              list(row.get(4)),
              bits(row.get(5)),
              bits(row.get(6)));
      if (answers.put(path.substring(root.length() + 1), answer) != null) {
        throw new AssertionError(path + " has two rows");
      }
    }
    return answers;
  }

  /** The answers of one run on local files. */
  public static Map<String, Answer> answers(Path output, Path input) throws SQLException {
    try (Tables tables = open(output)) {
      return tables.answers("file:" + input);
    }
  }

  /** The tables of {@code output} are those of an undisturbed run, and nothing is beside them. */
  public static void assertSameRun(Path undisturbed, Path output, Path input) throws Exception {
    String quarantine = "select path, length, stage, code, message from quarantine order by path";
    assertEquals(answers(undisturbed, input), answers(output, input));
    try (Tables one = open(undisturbed);
        Tables other = open(output)) {
      assertEquals(one.rows(quarantine), other.rows(quarantine));
    }
    for (String count :
        List.of("listed", "predicted", "quarantined", "labels", "bytes", "waves", "input_digest")) {
      assertEquals(manifest(undisturbed).get(count), manifest(output).get(count), count);
    }
    assertEquals(
        List.of(), filesBelow(output).stream().filter(f -> f.startsWith("_staging")).toList());
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  private static List<Integer> bits(Object floats) {
    return Arrays.asList(
        list(floats).stream().map(f -> Float.floatToRawIntBits((Float) f)).toArray(Integer[]::new));
  }

  @Override
  public void close() throws SQLException {
    duckdb.close();
  }
}
