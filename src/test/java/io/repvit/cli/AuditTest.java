package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Garments, every tenth with a wrong label, and another set with some of them. */
@Tag("slow")
class AuditTest {
  private static final int IMAGES = 300;
  private static final Map<String, String> SPARK = Map.of("spark.sql.shuffle.partitions", "2");

  @TempDir static Path folder;
  private static Path truth;
  private static Tables tables;

  @BeforeAll
  static void classifyOnce() throws Exception {
    Path input = folder.resolve("input");
    Path output = folder.resolve("output");
    Samples.garments(input, IMAGES / 10);
    Cli.classify(
            SPARK, input.toString(), output.toString(), "--quality", "--phash", "--top-k", "10")
        .done();
    tables = Tables.open(output);
    tables.execute(
        """
        create table garments as
        select *, row_number() over (order by path) - 1 as i, split_part(path, '/', -2) as folder
        from predictions""");
    tables.execute(
        """
        create table truths as
        select g.path, (case when g.i %% 10 = 3 then w.folder else g.folder end) as label,
            g.i %% 10 = 3 as wrong
        from garments g join garments w on w.i = (g.i + 120) %% %d"""
            .formatted(IMAGES));
    truth = folder.resolve("truth.csv");
    tables.execute("copy truths to '%s' (header, delimiter ',')".formatted(truth));
    write("set", "select * exclude (i, folder) from garments");
    // The same bytes, a picture with one different bit, and the same subject.
    tables.execute(
        """
        create table others as
        select 'file:/other/' || i || '.png' as path, embedding,
            case when i < 10 then content_sha256 else sha256(i::varchar) end as content_sha256,
            case when i < 20 then xor(phash, 4) end as phash
        from garments where i < 30""");
    write("other", "select * from others");
    write("best", "select * exclude (i, folder) replace (top_k[1:3] as top_k) from garments");
  }

  private static void write(String name, String query) throws Exception {
    tables.execute(
        "copy (%s) to '%s' (format parquet)"
            .formatted(query, Files.createDirectories(folder.resolve(name)) + "/part.parquet"));
  }

  @AfterAll
  static void close() throws Exception {
    tables.close();
  }

  @Test
  void plantedIssuesAreFoundAsSqlTellsThem() throws Exception {
    Path results = folder.resolve("all");
    Cli.Ended ended =
        audit(
                "set",
                results,
                "--json",
                "--truth=" + truth,
                "--other=" + folder.resolve("other"),
                "--folds=3",
                "--fence=0.5",
                "--hash-distance=1",
                "--cosine=0.9999")
            .done();
    JsonNode found = new ObjectMapper().readTree(ended.out());
    assertEquals(IMAGES, found.get("images").asInt());
    tables.execute("create table found as from '%s/rows/*.parquet'".formatted(results));
    assertEquals(issues(found), tables.counts("select issue, count(*) from found group by issue"));
    assertEquals(0, tables.number("select count(*) - count(distinct (issue, rank)) from found"));

    assertTrue(found("wrong") >= 0.8 * IMAGES / 10, found("wrong") + " wrong labels are found");
    assertTrue(found("wrong") >= 0.5 * found("true"), found("true") + " labels are flagged");
    assertEquals(found("true"), found.get("labels").get("flagged").asDouble());
    assertEquals(expectedOutliers(), paths("issue = 'outlier'"));
    assertEquals(
        tables.rows("select path from garments where quality.low_information < 0.3 order by path"),
        paths("issue = 'low_information'"));
    assertEquals(expectedLeaks(), leaks());
    assertTrue(Files.readString(results.resolve("report.html")).contains("Likely wrong labels"));
  }

  private static Map<String, Long> issues(JsonNode found) {
    var issues = new TreeMap<String, Long>();
    found.get("issues").properties().forEach(e -> issues.put(e.getKey(), e.getValue().asLong()));
    return issues;
  }

  private static double found(String condition) throws Exception {
    return tables.number(
        "select count(*) from found join truths using (path) where issue = 'label' and "
            + condition);
  }

  private static List<List<Object>> paths(String condition) throws Exception {
    return tables.rows("select path from found where " + condition + " order by path");
  }

  /** All pairs of embeddings. */
  private static List<List<Object>> expectedOutliers() throws Exception {
    List<List<Object>> expected =
        tables.rows(
            """
            with pairs as (
              select a.path, 1 - list_cosine_similarity(a.embedding, b.embedding) as distance,
                  row_number() over (partition by a.path order by distance) as rank
              from garments a join garments b on a.path <> b.path),
            tenth as (select path, distance from pairs where rank = 10)
            select path from tenth where distance >
                (select 1.5 * quantile_disc(distance, 0.75) - 0.5 * quantile_disc(distance, 0.25)
                 from tenth)
            order by path""");
    assertTrue(!expected.isEmpty() && expected.size() < IMAGES / 4, expected.size() + " outliers");
    return expected;
  }

  private static List<List<Object>> leaks() throws Exception {
    return tables.rows("select path, issue from found where issue like 'leak%' order by path");
  }

  /** All pairs of the sets. */
  private static List<List<Object>> expectedLeaks() throws Exception {
    List<List<Object>> expected =
        tables.rows(
            """
            with pairs as (
              select a.path, case
                  when a.content_sha256 = b.content_sha256 then 0
                  when bit_count(xor(a.phash, b.phash)) <= 1 then 1
                  when list_cosine_similarity(a.embedding, b.embedding) >= 0.9999 then 2
                end as relation
              from garments a cross join others b)
            select path, ['leak_same_bytes', 'leak_same_picture', 'leak_same_subject'][min(relation) + 1]
            from pairs where relation is not null group by path order by path""");
    assertTrue(expected.size() >= 30, expected.size() + " leaks");
    return expected;
  }

  @Test
  void theModelsProbabilitiesTellWrongLabels() throws Exception {
    Path results = folder.resolve("model");
    JsonNode found =
        new ObjectMapper()
            .readTree(
                audit(
                        "set",
                        results,
                        "--json",
                        "--truth=" + truth,
                        "--checks=labels",
                        "--probabilities=model",
                        "--filter=confident-learning")
                    .done()
                    .out());
    tables.execute("create table by_model as from '%s/rows/*.parquet'".formatted(results));
    double right =
        tables.number("select count(*) from by_model join truths using (path) where wrong");
    assertTrue(right >= 0.8 * IMAGES / 10, right + " wrong labels are found");
    assertEquals("model", found.get("labels").get("probabilities").asText());
    assertEquals(3, found.get("not_checked").size());
  }

  @Test
  void whatCannotBeCheckedIsRefusedWithARemedy() throws Exception {
    Path unknown = folder.resolve("unknown.csv");
    tables.execute(
        "copy (select path, 'hat' as label from truths limit 5) to '%s' (header, delimiter ',')"
            .formatted(unknown));
    refused("--top-k", "best", "--probabilities=model", "--checks=labels");
    refused("'hat' (5 images)", "set", "--probabilities=model", "--truth=" + unknown);
    refused("'ankle_boot' has 30 images", "set", "--folds=31", "--checks=labels");
    refused("--other", "set", "--checks=leakage");
    refused("'colour', expected some of [labels,", "set", "--checks=colour");
    refused("no column quality; classify with --quality", "other", "--checks=quality");
    refused("folds is 1, expected 2 to 100", "set", "--folds=1");
  }

  private static void refused(String expected, String set, String... more) {
    String line = audit(set, folder.resolve("refused"), more).refusal();
    assertTrue(line.contains(expected), line);
  }

  private static Cli.Ended audit(String set, Path results, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "audit",
                "--predictions",
                folder.resolve(set).toString(),
                "--output",
                results.toString()));
    args.addAll(List.of(more));
    return Cli.run(SPARK, args.toArray(String[]::new));
  }
}
