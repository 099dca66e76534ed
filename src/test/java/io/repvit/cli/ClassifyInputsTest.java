package io.repvit.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.repvit.testing.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same ten images in every form in which people keep data sets; the packed ones are made by
 * {@code golden_inputs.py} with Python's own libraries. Whatever the form, the model says the same
 * of the same bytes.
 */
@Tag("slow")
class ClassifyInputsTest extends TenImages {
  @Test
  void aHuggingFaceTableGivesARowPerRow() throws Exception {
    Path output = folder.resolve("huggingface");
    classify(
        PACKED.resolve("huggingface.parquet"), output, "table", "--carry", "label", "image.path");
    assertEquals(expected, Tables.answersByContent(output));
    try (Tables tables = Tables.open(output)) {
      String table = "file:" + PACKED + "/huggingface.parquet#";
      var rows =
          tables.rows(
              "select path, carried['label'], carried['image.path'] from predictions"
                  + " order by carried['label']::int");
      for (int i = 0; i < 10; i++) {
        String key = Tables.filesBelow(images).stream().sorted().toList().get(i);
        assertEquals(List.of(table + i, "" + i, key), rows.get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc"})
  void aRowWithoutImageIsQuarantinedAndOthersHaveTheirKey(String format) throws Exception {
    Path input = PACKED.resolve("binary.parquet");
    if (format.equals("orc")) {
      input = orc(input);
    }
    Path output = folder.resolve("binary-" + format);
    classify(
        input,
        output,
        "table",
        "--table-format",
        format,
        "--image-column",
        "photo",
        "--key-column",
        "id");
    assertEquals(expected, Tables.answersByContent(output));
    try (Tables tables = Tables.open(output)) {
      assertEquals(1, tables.count("predictions", "path = 'file:%s#bag/00018'".formatted(input)));
      assertEquals(
          List.of(List.of("file:" + input + "#nothing", "list", "EMPTY")),
          tables.rows("select path, stage, code from quarantine"));
    }
  }

  private static Path orc(Path parquet) throws Exception {
    Path table = folder.resolve("orc");
    Cli.with(
        Map.of(),
        () -> {
          try (SparkSession session = Sparks.open("test")) {
            session.read().parquet(parquet.toString()).coalesce(1).write().orc(table.toString());
            return Boolean.TRUE;
          }
        });
    return Samples.children(table).stream()
        .filter(f -> f.getFileName().toString().matches("part-.*\\.orc"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aListMayNameRelativeRepeatedAndMissingPaths() throws Exception {
    Path list = folder.resolve("list of lines.txt");
    var lines =
        new ArrayList<>(Tables.filesBelow(images).stream().map(f -> "images/" + f).toList());
    lines.add("file:" + first("bag")); // again
    lines.add("");
    lines.add(folder + "/images/none.png");
    lines.add("s3a:///none.png");
    lines.add("http://127.0.0.1:1/none.png");
    Files.write(list, lines);
    Path output = folder.resolve("lines");
    classify(list, output, "paths", "--max-quarantine-rate", "0.5");
    assertEquals(expected, Tables.answersByContent(output));
    assertEquals(
        Tables.answers(folder.resolve("expected"), images), Tables.answers(output, images));
    try (Tables tables = Tables.open(output)) {
      assertEquals(
          List.of(
              Arrays.asList("file:" + images + "/none.png", null, null, "NOT_FOUND"),
              Arrays.asList("file:" + list + "#14", null, null, "BAD_PATH"),
              Arrays.asList("http://127.0.0.1:1/none.png", null, null, "IO_ERROR")),
          tables.rows("select path, length, modified_at, code from quarantine order by path"));
      assertEquals(0, tables.count("predictions", "length is null or modified_at is null"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "csv.gz", "parquet"})
  void aListMayTellLengthsAndCarryColumns(String extension) throws Exception {
    Path list = folder.resolve("list." + extension);
    String values =
        Tables.filesBelow(images).stream()
            .map(f -> "('%s', %d, 'A, \"%s\"')".formatted(images.resolve(f), size(f), f))
            .collect(joining(", "));
    try (var duckdb = DriverManager.getConnection("jdbc:duckdb:");
        var statement = duckdb.createStatement()) {
      statement.execute(
          "copy (select * from (values %s) v(path, length, remark)) to '%s'"
              .formatted(values, list));
    }
    Path output = folder.resolve("list-" + extension);
    classify(list, output, "paths", "--carry", "remark");
    assertEquals(expected, Tables.answersByContent(output));
    try (Tables tables = Tables.open(output)) {
      assertEquals(0, tables.count("predictions", "modified_at is not null"), "nobody was asked");
      assertEquals(
          0,
          tables.count(
              "predictions",
              "carried['remark'] <> 'A, \"' || replace(path, 'file:%s/', '') || '\"'"
                  .formatted(images)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "parquet", "orc"})
  void anInventoryGivesTheLatestVersionsForOneGetEach(String format) throws Exception {
    try (S3Server s3 = S3Server.start(folder)) {
      Map<String, String> spark = Cli.sparkConf(s3);
      // Hadoop keeps file systems by bucket, and every server is another.
      spark.put("spark.hadoop.fs.s3a.impl.disable.cache", "true");
      s3.createBucket("e2e-inventory");
      s3.createBucket("e2e-reports");
      for (String file : Tables.filesBelow(images)) {
        String key = file.replace(".png", " größe+1.png");
        s3.put("e2e-inventory", key, Files.readAllBytes(images.resolve(file)));
      }
      Path reports = PACKED.resolve("inventory").resolve(format);
      for (String file : Tables.filesBelow(reports)) {
        s3.put("e2e-reports", format + "/" + file, Files.readAllBytes(reports.resolve(file)));
      }
      Path output = folder.resolve("inventory-" + format);
      Cli.classify(
              spark,
              "s3a://e2e-reports/%s/2026-11-23T01-00Z/manifest.json".formatted(format),
              output.toString(),
              "--input-format",
              "inventory")
          .done();
      assertEquals(expected, Tables.answersByContent(output));
      try (Tables tables = Tables.open(output)) {
        assertEquals(
            10,
            tables.count(
                "predictions",
                "path like 's3a://e2e-inventory/%/% größe+1.png' and length(etag) = 34"
                    + " and epoch_ms(modified_at) = 1700000000000"));
        assertEquals(0, tables.count("quarantine", "true"));
      }
      JsonNode leftOut = Tables.manifest(output).get("left_out");
      assertEquals(1, leftOut.get("hidden").asInt());
      assertEquals(1, leftOut.get("folder_markers").asInt());
      assertEquals(2, leftOut.get("old_versions").asInt());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "table images images",
        "table images.zip images.zip",
        "table huggingface.parquet label --image-column label",
        "table huggingface.parquet none --image-column none",
        "table huggingface.parquet none --carry none",
        "table huggingface.parquet key-column --table-format orc",
        "files huggingface.parquet carry --carry label",
        "zip images.zip image-column --image-column photo",
        "paths huggingface.parquet path",
        "paths none.csv none.csv",
        "inventory images.zip images.zip",
        "inventory none.json none.json",
      })
  void anInputThatIsNotWhatItIsSaidToBeIsRefusedInOneLine(String words) {
    List<String> all = List.of(words.split(" "));
    var more = new ArrayList<>(List.of("--input-format", all.get(0)));
    more.addAll(all.subList(3, all.size()));
    String line =
        Cli.classify(
                PACKED.resolve(all.get(1)), folder.resolve("refused"), more.toArray(String[]::new))
            .refusal();
    assertTrue(line.contains(all.get(2)), line);
  }

  private static Path first(String label) throws Exception {
    return Samples.children(images.resolve(label)).get(0);
  }

  private static long size(String file) {
    return images.resolve(file).toFile().length();
  }
}
