package io.repvit.cli;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.predict.OpenResources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run over sound and broken objects, and what other settings change about it. */
class ClassifyTest {
  private static final int GARMENTS_PER_CLASS = 5;
  private static final int PHOTOGRAPHS = 10;

  /** Characters that paths and URIs escape differently. */
  private static final String ODD_NAME = "odd/grüner Mantel 100%20 #1+?.png";

  @TempDir static Path folder;
  private static Path input;
  private static Path output;
  private static Map<String, String> broken;
  private static Tables tables;
  private static JsonNode manifest;

  @BeforeAll
  static void classifyOnce() throws Exception {
    input = folder.resolve("input");
    output = folder.resolve("output");
    Samples.garments(input, GARMENTS_PER_CLASS);
    Samples.photographs(input);
    Files.createDirectories(input.resolve("odd"));
    Files.copy(Samples.FASHION.resolve("coat/00006.png"), input.resolve(ODD_NAME));
    broken = new TreeMap<>(Map.of("photographs/README.md", "decode/NOT_AN_IMAGE"));
    Samples.broken(input.resolve("broken")).forEach((k, v) -> broken.put("broken/" + k, v));
    // Bookkeeping of other programs, which is not listed.
    Files.writeString(input.resolve("_SUCCESS"), "");
    Files.copy(
        Samples.PHOTOGRAPHS.resolve("coffee.jpg"),
        Files.createDirectory(input.resolve(".trash")).resolve("coffee.jpg"));

    Cli.Ended ended = classify(output, "--partitions", "3", "--json").done();
    manifest = Tables.manifest(output);
    assertEquals(manifest, new ObjectMapper().readTree(ended.out()), "stdout is the manifest");
    tables = Tables.open(output);
  }

  @AfterAll
  static void close() throws Exception {
    tables.close();
  }

  @Test
  void everyListedObjectIsInExactlyOneRowOfOneTable() throws Exception {
    var expected = new TreeSet<String>();
    for (String file : Tables.filesBelow(input)) {
      if (!file.startsWith("_") && !file.startsWith(".")) {
        expected.add("file:" + input.resolve(file));
      }
    }
    var found =
        tables.counts(
            """
            select path, count(*) from
                (select path from predictions union all select path from quarantine)
            group by path""");
    assertEquals(expected, found.keySet());
    assertEquals(Map.of(1L, expected.size()), frequencies(found));
    assertEquals(expected.size(), manifest.get("listed").asInt());
  }

  @Test
  void brokenImagesAreQuarantinedAndTheirNeighboursPredicted() throws Exception {
    var found = new TreeMap<String, String>();
    for (List<Object> row : tables.rows("select path, stage || '/' || code from quarantine")) {
      String path = (String) row.get(0);
      found.put(path.substring(("file:" + input + "/").length()), (String) row.get(1));
    }
    assertEquals(broken, found);
    assertEquals(10 * GARMENTS_PER_CLASS + PHOTOGRAPHS + 1, tables.count("predictions", "true"));
    assertEquals(0, tables.count("quarantine", "message is null or length(message) < 10"));
    assertEquals(0, tables.count("quarantine", "attempt <> 0"));
  }

  @Test
  void brokenNeighboursChangeNoBitOfAPrediction() throws Exception {
    Path clean = folder.resolve("clean");
    Path sound = folder.resolve("output-of-clean");
    Samples.garments(clean, GARMENTS_PER_CLASS);
    Samples.photographs(clean);
    Files.delete(clean.resolve("photographs/README.md"));
    Cli.classify(clean, sound).done();

    var expected = new TreeMap<>(Tables.answers(output, input));
    expected.remove(ODD_NAME);
    assertEquals(expected, Tables.answers(sound, clean));
    try (Tables of = Tables.open(sound)) {
      assertEquals(0, of.count("quarantine", "true"), "a table without rows is still readable");
    }
  }

  @Test
  void theManifestCountsWhatTheTablesHold() throws Exception {
    assertEquals(
        manifest.get("listed").asLong(),
        manifest.get("predicted").asLong() + manifest.get("quarantined").asLong());
    assertEquals(tables.count("predictions", "true"), manifest.get("predicted").asLong());
    assertEquals(tables.count("quarantine", "true"), manifest.get("quarantined").asLong());
    assertEquals(
        tables.counts("select label, count(*) from predictions group by label"),
        counts(manifest.get("labels")));
    assertEquals(
        tables.counts("select stage || '/' || code, count(*) from quarantine group by all"),
        counts(manifest.get("quarantine_reasons")));
    assertEquals(3, manifest.get("partitions").asInt());
    assertEquals(
        manifest.get("predicted").asLong()
            - tables.number("select count(distinct content_sha256) from predictions"),
        manifest.get("reused").asLong());
    assertEquals(
        tables.number(
            "select sum(length) from (from predictions select length union all"
                + " from quarantine select length)"),
        manifest.get("bytes").asDouble());
    assertEquals(sha256(Cli.MODEL), manifest.get("model").get("model_sha256").asText());
  }

  @Test
  void columnsHaveTheDocumentedNamesAndTypes() throws Exception {
    assertEquals(
        """
        path VARCHAR
        length BIGINT
        modified_at TIMESTAMP WITH TIME ZONE
        etag VARCHAR
        carried MAP(VARCHAR, VARCHAR)
        content_sha256 VARCHAR
        width INTEGER
        height INTEGER
        format VARCHAR
        label VARCHAR
        label_index INTEGER
        score FLOAT
        top_k STRUCT("label" VARCHAR, label_index INTEGER, score FLOAT)[]
        embedding FLOAT[]
        model VARCHAR
        model_sha256 VARCHAR
        preprocessing VARCHAR
        predicted_at TIMESTAMP WITH TIME ZONE
        run_date DATE
        run_id VARCHAR""",
        columns("predictions"));
    assertEquals(
        """
        path VARCHAR
        length BIGINT
        modified_at TIMESTAMP WITH TIME ZONE
        etag VARCHAR
        carried MAP(VARCHAR, VARCHAR)
        stage VARCHAR
        code VARCHAR
        message VARCHAR
        attempt INTEGER
        model_sha256 VARCHAR
        run_date DATE
        run_id VARCHAR""",
        columns("quarantine"));
    for (String table : List.of("predictions", "quarantine")) {
      assertEquals(
          List.of(List.of(Tables.DATE, Tables.RUN)),
          tables.rows("select distinct run_date::varchar, run_id from " + table));
    }
  }

  @Test
  void everyFileIsCompressedWithZstd() throws Exception {
    for (String table : List.of("predictions", "quarantine")) {
      assertEquals(
          List.of(List.of("ZSTD")),
          tables.rows(
              "select distinct compression from parquet_metadata('%s')"
                  .formatted(Tables.files(output, table))));
    }
  }

  @Test
  void scoresAreSortedProbabilitiesAndTheBestIsTheLabel() throws Exception {
    for (String violation :
        List.of(
            "len(top_k) <> 5",
            "score <> top_k[1].score or label <> top_k[1].label",
            "label_index <> top_k[1].label_index",
            "list_transform(top_k, lambda s: s.score)"
                + " <> list_reverse_sort(list_transform(top_k, lambda s: s.score))",
            "len(list_distinct(list_transform(top_k, lambda s: s.label_index))) <> 5",
            "len(list_filter(top_k, lambda s: s.score < 0 or s.score > 1 or s.label is null)) > 0",
            "list_sum(list_transform(top_k, lambda s: s.score)) > 1.000001",
            "label_index not between 0 and 9")) {
      assertEquals(0, tables.count("predictions", violation), violation);
    }
  }

  @Test
  void embeddingsAreFiniteAndOfTheModelsWidth() throws Exception {
    assertEquals(0, tables.count("predictions", "len(embedding) <> 320"));
    assertEquals(
        0,
        tables.count(
            "predictions",
            "len(list_filter(embedding, lambda x: x is null or not isfinite(x))) > 0"));
    assertEquals(
        tables.count("predictions", "true") - 1, // the odd name is a copy of another garment
        tables.number("select count(distinct embedding) from predictions"));
  }

  @Test
  void rowsTellHashLengthTimeSizeAndFormatOfTheirFiles() throws Exception {
    for (List<Object> row :
        tables.rows(
            "select path, content_sha256, length, epoch_ms(modified_at), width, height, format,"
                + " etag, model_sha256 from predictions")) {
      Path file = Path.of(((String) row.get(0)).substring("file:".length()));
      assertEquals(sha256(file), row.get(1), file::toString);
      assertEquals(Files.size(file), row.get(2), file::toString);
      assertEquals(Files.getLastModifiedTime(file).toMillis(), row.get(3), file::toString);
      String extension = file.toString().replaceFirst(".*\\.", "");
      assertEquals(Map.of("jpg", "JPEG", "png", "PNG", "webp", "WEBP").get(extension), row.get(6));
      if (!extension.equals("webp") && !file.endsWith("rocket.jpg")) {
        var image = ImageIO.read(file.toFile());
        assertEquals(List.of(image.getWidth(), image.getHeight()), row.subList(4, 6));
      }
      assertEquals(null, row.get(7), "local files have no ETag");
      assertEquals(sha256(Cli.MODEL), row.get(8));
    }
  }

  @Test
  void mostGarmentsAreRecognised() throws Exception {
    long right =
        tables.count("predictions", "replace(label, '/', '_') = split_part(path, '/', -2)");
    assertTrue(right >= 0.7 * 10 * GARMENTS_PER_CLASS, right + " right");
  }

  @Test
  void exifOrientationTurnsThePictureUnlessIgnored() throws Exception {
    Path ignoring = folder.resolve("ignoring");
    Path rocket = input.resolve("photographs/rocket.jpg");
    Cli.classify(rocket, ignoring, "--orientation", "ignore").done();
    String sql = "select width, height, preprocessing from predictions where path like '%rocket%'";
    List<Object> upright = tables.rows(sql).get(0);
    try (Tables asStored = Tables.open(ignoring)) {
      List<Object> lying = asStored.rows(sql).get(0);
      assertEquals(List.of(640, 427), upright.subList(0, 2));
      assertEquals(List.of(427, 640), lying.subList(0, 2));
      assertNotEquals(upright.get(2), lying.get(2), "other preprocessing, other fingerprint");
    }
  }

  @Test
  void theNumberOfPartitionsChangesNoBit() throws Exception {
    var expected = Tables.answers(output, input);
    for (String partitions : List.of("1", "7")) {
      Path other = folder.resolve("partitions-" + partitions);
      classify(other, "--partitions", partitions).done();
      assertEquals(Integer.parseInt(partitions), Tables.manifest(other).get("partitions").asInt());
      assertEquals(expected, Tables.answers(other, input));
      for (String field : List.of("input_digest", "labels", "quarantine_reasons")) {
        assertEquals(manifest.get(field), Tables.manifest(other).get(field), field);
      }
    }
  }

  @Test
  void theBatchSizeChangesNoLabelAndHardlyAScore() throws Exception {
    var expected = Tables.answers(output, input); // in batches of 4
    for (String batch : List.of("1", "7")) {
      Path other = folder.resolve("batch-" + batch);
      classify(other, "--batch", batch).done();
      var found = Tables.answers(other, input);
      assertEquals(expected.keySet(), found.keySet());
      expected.forEach(
          (path, e) -> {
            Tables.Answer f = requireNonNull(found.get(path));
            assertEquals(e.label(), f.label(), path);
            assertEquals(e.score(), f.score(), 1e-6, path);
          });
    }
  }

  @Test
  void nothingStaysOpenAfterARun() throws Exception {
    Cli.classify(input.resolve("coat"), folder.resolve("quiet")).done();
    assertEquals(0, OpenResources.handles());
    assertEquals(0, OpenResources.fetchThreads());
  }

  private static Cli.Ended classify(Path to, String... more) {
    var args = new java.util.ArrayList<>(List.of(more));
    args.addAll(List.of("--max-image-bytes", Samples.MAX_IMAGE_BYTES));
    args.addAll(List.of("--max-quarantine-rate", "0.5"));
    return Cli.classify(input, to, args.toArray(String[]::new));
  }

  private static String columns(String table) throws Exception {
    return String.join(
        "\n",
        tables.rows("describe " + table).stream().map(r -> r.get(0) + " " + r.get(1)).toList());
  }

  private static Map<Long, Integer> frequencies(Map<String, Long> counts) {
    var frequencies = new HashMap<Long, Integer>();
    counts.values().forEach(n -> frequencies.merge(n, 1, Integer::sum));
    return frequencies;
  }

  private static Map<String, Long> counts(JsonNode object) {
    return object.properties().stream()
        .collect(toMap(Map.Entry::getKey, e -> e.getValue().asLong()));
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
