package io.repvit.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.Charset;
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

/** Lists as spreadsheets, pandas and shells write them, each beside the same two images. */
@Tag("slow")
class ListCasesTest {
  @TempDir private static Path images;
  @TempDir private Path folder;
  private static long length;
  private final List<Path> lists = new ArrayList<>();

  @BeforeAll
  static void takeImages() throws Exception {
    List<Path> bags = Samples.children(Samples.FASHION.resolve("bag"));
    length = Files.size(bags.get(0));
    for (String name :
        List.of("1", "2", "co,mma", "qu\"ote", "12:30", "pct%20", "hash#", "\u00fc")) {
      Files.copy(bags.get(0), images.resolve(name + ".png"));
    }
  }

  /** A list in a folder of its own, which has the images in {@code img}. */
  private Path list(String name) throws Exception {
    Path home = Files.createDirectories(folder.resolve(name.replaceFirst("\\..*", "")));
    Files.createSymbolicLink(home.resolve("img"), images);
    Path list = home.resolve(name);
    lists.add(list);
    return list;
  }

  private Path text(String name, String text, Charset charset) throws Exception {
    return Files.write(list(name), text.getBytes(charset));
  }

  private Path text(String name, String text) throws Exception {
    return text(name, text, UTF_8);
  }

  private Path parquet(String name, String select) throws Exception {
    Path list = list(name);
    try (var duckdb = DriverManager.getConnection("jdbc:duckdb:");
        var statement = duckdb.createStatement()) {
      statement.execute("copy (%s) to '%s' (format parquet)".formatted(select, list));
    }
    return list;
  }

  private Tables classify(String... more) throws Exception {
    var args = new ArrayList<>(List.of("classify", "--model", Cli.MODEL.toString()));
    args.addAll(List.of("--output", folder.resolve("output").toString()));
    args.addAll(List.of("--date", Tables.DATE, "--run-id", Tables.RUN, "--input-format", "paths"));
    args.addAll(List.of("--max-quarantine-rate", "1", "--input"));
    lists.forEach(list -> args.add(list.toString()));
    args.addAll(List.of(more));
    Cli.run(args.toArray(String[]::new)).done();
    return Tables.open(folder.resolve("output"));
  }

  /** The end of a path and more of the rows of a table. */
  private List<List<Object>> rows(Tables tables, String columns, String table) throws Exception {
    return tables.rows(
        "select replace(path, 'file:%s/', '') p, %s from %s order by p"
            .formatted(folder, columns, table));
  }

  @Test
  void csvIsReadAsSpreadsheetsAndPandasWriteIt() throws Exception {
    text("breaks.csv", "path,label\n\"img/1.png\",\"two\nlines\"\n\nimg/2.png,b\n");
    text("crlf.csv", "path,label\r\n\"img/1.png\",\"two\r\nlines\"\r\n  \r\nimg/2.png,b");
    text(
        "lengths.csv",
        "label,length,path,modified_at\na,%d.0,img/1.png,2026-01-01T12:00:00Z\nb,,img/2.png,\n"
            .formatted(length));
    text(
        "names.csv",
        "path,label\n\"img/co,mma.png\",\"a \"\"b\"\"\"\n\"img/qu\"\"ote.png\",\n"
            + "img/12:30.png,c\nimg/pct%20.png\nimg/hash#.png,\nimg/\u00fc.png,\u00fc\n");
    text("nan.csv", "path,length,label\nimg/1.png,NaN,a\nimg/2.png,4.5e1,b\nimg/2.png,12,b\n");
    text("semicolon.csv", "\ufeffpath;label\nimg/1.png;a,b\n");
    text("spaces.csv", "label, path\n a , img/1.png \n");
    text("tabs.tsv", "path\tlabel\nimg/1.png\ta b\n");
    text("UPPER.CSV", "Path,Label\nimg/1.png,a\n");
    text("utf16.csv", "path,label\nimg/1.png,\u00fc\n", UTF_16);
    parquet(
        "pandas.parquet",
        "select 'img/1.png'::blob path, %d.0::double length, 'a' \"label\", timestamp_ns"
                .formatted(length)
            + " '2026-01-01' modified_at, time '12:00' unrelated");
    try (Tables tables = classify("--carry", "label")) {
      assertEquals(
          List.of(
              List.of("UPPER/img/1.png", "a"),
              List.of("breaks/img/1.png", "two\nlines"),
              List.of("breaks/img/2.png", "b"),
              List.of("crlf/img/1.png", "two\nlines"),
              List.of("crlf/img/2.png", "b"),
              List.of("lengths/img/1.png", "a"),
              List.of("lengths/img/2.png", "b"),
              List.of("names/img/12:30.png", "c"),
              List.of("names/img/co,mma.png", "a \"b\""),
              List.of("names/img/hash#.png", "-"),
              List.of("names/img/pct%20.png", "-"),
              List.of("names/img/qu\"ote.png", "-"),
              List.of("names/img/\u00fc.png", "\u00fc"),
              List.of("nan/img/1.png", "a"),
              List.of("pandas/img/1.png", "a"),
              List.of("semicolon/img/1.png", "a,b"),
              List.of("spaces/img/1.png", "a"),
              List.of("tabs/img/1.png", "a b"),
              List.of("utf16/img/1.png", "\u00fc")),
          rows(tables, "coalesce(carried['label'], '-')", "predictions"));
      assertEquals(
          List.of(
              List.of("nan/img/2.png", "CHANGED", "the object has more than the 45 listed bytes")),
          rows(tables, "code, message", "quarantine"));
      assertEquals(
          2,
          tables.count(
                  "predictions", "epoch_ms(modified_at) is not null and path like '%/pandas/%'")
              + tables.count(
                  "predictions",
                  "epoch_ms(modified_at) = 1767268800000 and path like '%/lengths/img/1.png'"));
    }
    assertEquals(List.of(1, 2), counted("duplicates", "blank_lines"));
  }

  private List<Integer> counted(String... rules) {
    JsonNode leftOut = Tables.manifest(folder.resolve("output")).get("left_out");
    return Stream.of(rules).map(rule -> leftOut.get(rule).asInt()).toList();
  }

  @Test
  void whatNamesNoImageIsARowAndTheOthersAreRead() throws Exception {
    text("bom.txt", "\ufeffimg/1.png\r\n\r\nimg/2.png\n   \n# comment\n");
    text("names.txt", "img/12:30.png\nnone:x.png\nimg\\1.png\nC:\\img\\2.png\nimg\ns3a:///1.png\n");
    text(
        "cells.csv",
        "path,length,modified_at\n,1,\nimg/1.png,x,\nimg/2.png,-1,\nimg/hash#.png,1.5,\n"
            + "img/\u00fc.png,,yesterday\nimg/co,mma.png,,\n\"img/qu\"ote.png\",,\n"
            + "img/pct%20.png,,,more\n");
    parquet(
        "null.parquet",
        "select * from (values ('img/1.png', 'NaN'::double, '2026-01-01'), (null, null, null),"
            + " ('img/2.png', 'inf', null), ('img/\u00fc.png', null, 'x'))"
            + " v(path, length, modified_at)");
    try (Tables tables = classify()) {
      assertEquals(
          List.of(
              List.of("bom/img/1.png", length),
              List.of("bom/img/2.png", length),
              List.of("names/img/12:30.png", length),
              List.of("null/img/1.png", length)),
          rows(tables, "length", "predictions"));
      assertQuarantine(
          List.of(
              List.of("bom/# comment", "NOT_FOUND", ""),
              List.of("cells/cells.csv#2", "BAD_PATH", "line 2: found no path, expected one"),
              List.of("cells/cells.csv#8", "BAD_PATH", "line 8: found text after a closing quote"),
              List.of("cells/cells.csv#9", "BAD_PATH", "line 9: found 4 values, expected 3"),
              List.of("cells/img/1.png", "BAD_VALUE", "line 3: column length: found 'x'"),
              List.of("cells/img/2.png", "BAD_VALUE", "line 4: column length: found '-1'"),
              List.of("cells/img/co", "BAD_VALUE", "line 7: column length: found 'mma.png'"),
              List.of("cells/img/hash#.png", "BAD_VALUE", "line 5: column length: found '1.5'"),
              List.of(
                  "cells/img/\u00fc.png", "BAD_VALUE", "line 6: column modified_at: found 'yest"),
              List.of("names/img", "BAD_PATH", "found a folder, expected an object"),
              List.of("names/img\\1.png", "NOT_FOUND", ""),
              List.of("names/names.txt#4", "BAD_PATH", "line 4: found the Windows path 'C:\\img"),
              List.of(
                  "names/names.txt#6", "BAD_PATH", "line 6: found 's3a:///1.png', expected a b"),
              List.of("names/none:x.png", "NOT_FOUND", ""),
              List.of("null/img/2.png", "BAD_VALUE", "row 2: column length: found 'Infinity'"),
              List.of("null/img/\u00fc.png", "BAD_VALUE", "row 3: column modified_at: found 'x'"),
              List.of("null/null.parquet#1", "BAD_PATH", "row 1: found no path, expected one")),
          rows(tables, "code, message", "quarantine"));
    }
    assertEquals(List.of(0, 2), counted("duplicates", "blank_lines"));
  }

  /** Rows of path, code and a part of the message. */
  private static void assertQuarantine(List<List<String>> expected, List<List<Object>> rows) {
    assertEquals(
        expected.stream().map(row -> row.subList(0, 2)).toList(),
        rows.stream().map(row -> row.subList(0, 2)).toList());
    for (int i = 0; i < rows.size(); i++) {
      String message = (String) rows.get(i).get(2);
      assertTrue(message.contains(expected.get(i).get(2)), message);
    }
  }

  @Test
  void aListThatCannotBeReadIsRefusedByFileLineAndColumn() throws Exception {
    assertRefused(
        text("none.csv", "img/1.png\nimg/2.png\n"), "line 1: found 'img/1.png', expected");
    assertRefused(
        text("old.txt", "img/1.png\nimg/\u00fc.png\n", ISO_8859_1), "line 2: found bytes");
    assertRefused(text("latin.csv", "path\n\u00fc\n", ISO_8859_1), "line 2: found bytes");
    assertRefused(text("open.csv", "path\nimg/1.png\n\"img/2.png\n"), "line 3: found a quote that");
    assertRefused(
        text("carry.csv", "path\nimg/1.png\n"),
        "line 1: found the columns path, expected the column 'label' of --carry",
        "--carry",
        "label");
    assertRefused(text("carried.txt", "img/1.png\n"), "one path per line", "--carry", "label");
    assertRefused(
        parquet("url.parquet", "select 'img/1.png' url, 'x' caption"),
        "found the columns url, caption, expected 'path'");
    assertRefused(
        parquet("number.parquet", "select 1 path"), "column path of type int, expected text");
    assertRefused(
        parquet("list.parquet", "select 'img/1.png' path, [1] length"),
        "column length of type array<int>, expected a number");
  }

  private void assertRefused(Path list, String expected, String... more) {
    var args = new ArrayList<>(List.of("--input-format", "paths"));
    args.addAll(List.of(more));
    String line =
        Cli.classify(list, folder.resolve("refused"), args.toArray(String[]::new)).refusal();
    assertTrue(line.contains(list.getFileName().toString()), line);
    assertTrue(line.contains(expected), line);
  }
}
