package io.repvit.analytics.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.analytics.Embeddings;
import io.repvit.analytics.Forest;
import io.repvit.testing.LocalSpark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The oracle compares all pairs of rows by all relations. */
class DuplicatesOracleTest {
  private static final int WIDTH = 16;
  private static final Set<Relation> ALL = Set.of(Relation.values());
  private static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType)
          .add("content_sha256", DataTypes.StringType)
          .add("phash", DataTypes.LongType)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType))
          .add("width", DataTypes.IntegerType)
          .add("height", DataTypes.IntegerType)
          .add("length", DataTypes.LongType);

  @RegisterExtension
  static final LocalSpark SPARK = new LocalSpark(Map.of("spark.sql.shuffle.partitions", "2"));

  private final Random random = new Random(15);

  private record Image(
      String path, String sha, @Nullable Long hash, float @Nullable [] embedding, int width) {
    Row row() {
      return RowFactory.create(path, sha, hash, embedding, width, 10, 100L + width % 3);
    }

    Set<String> relations(Image other) {
      var relations = new TreeSet<String>();
      if (sha.equals(other.sha)) {
        relations.add("bytes");
      }
      if (hash != null && other.hash != null && Long.bitCount(hash ^ other.hash) <= 3) {
        relations.add("picture");
      }
      if (embedding != null
          && other.embedding != null
          && Embeddings.cosine(embedding, other.embedding) >= 0.95) {
        relations.add("subject");
      }
      return relations;
    }
  }

  /** Images; half are like an earlier one in one way, and some lack a hash or embedding. */
  private List<Image> images() {
    var images = new ArrayList<Image>();
    for (int i = 0; i < 400; i++) {
      String sha = "sha-" + i;
      Long hash = random.nextLong();
      float[] embedding = Embeddings.gaussian(random, WIDTH);
      if (i > 0 && random.nextBoolean()) {
        Image other = images.get(random.nextInt(i));
        switch (random.nextInt(4)) {
          case 0 -> {
            sha = other.sha;
            hash = other.hash;
            embedding = other.embedding;
          }
          case 1 -> hash = other.hash;
          case 2 ->
              hash =
                  other.hash == null
                      ? null
                      : other.hash ^ 1L << random.nextInt(64) ^ 1L << random.nextInt(64);
          default ->
              embedding =
                  other.embedding == null ? null : Embeddings.near(random, other.embedding, 0.05);
        }
      } else if (i % 20 == 0) {
        hash = null;
      } else if (i % 20 == 1) {
        embedding = null;
      }
      images.add(
          new Image(Embeddings.path(997 * i % 400), sha, hash, embedding, 1 + random.nextInt(5)));
    }
    return images;
  }

  private static Duplicates of(Dataset<Row> table, Set<Relation> by) throws UserException {
    var options = new Duplicates.Options(by, Keep.LARGEST, 3, 0.95);
    return Duplicates.of(table, "the table", options);
  }

  @Test
  void groupsDecisionsAndDistancesAreThoseOfAllPairs() throws Exception {
    List<Image> images = images();
    var forest = new Forest(images.size());
    var relations = new HashMap<Integer, Set<String>>();
    for (int a = 0; a < images.size(); a++) {
      for (int b = a + 1; b < images.size(); b++) {
        Set<String> found = images.get(a).relations(images.get(b));
        if (!found.isEmpty()) {
          forest.connect(a, b);
          relations.computeIfAbsent(a, i -> new TreeSet<>()).addAll(found);
          relations.computeIfAbsent(b, i -> new TreeSet<>()).addAll(found);
        }
      }
    }
    var groups = new TreeMap<Integer, List<Image>>();
    for (int i = 0; i < images.size(); i++) {
      groups.computeIfAbsent(forest.root(i), root -> new ArrayList<>()).add(images.get(i));
    }
    Dataset<Row> table =
        SPARK.session().createDataFrame(images.stream().map(Image::row).toList(), SCHEMA);
    Duplicates duplicates = of(table, ALL);
    Dataset<Row> rows = duplicates.rows().localCheckpoint();
    var found = new HashMap<String, Row>();
    rows.collectAsList().forEach(row -> found.put(row.getAs("path"), row));
    assertEquals(images.size(), rows.count());
    int grouped = 0;
    for (List<Image> group : groups.values()) {
      String id = group.stream().map(Image::path).min(String::compareTo).orElseThrow();
      Image kept =
          group.stream()
              .min(
                  Comparator.comparingInt((Image i) -> -i.width)
                      .thenComparingInt(i -> -(i.width % 3))
                      .thenComparing(Image::path))
              .orElseThrow();
      grouped += group.size() > 1 ? group.size() : 0;
      for (Image image : group) {
        Row row = Objects.requireNonNull(found.get(image.path));
        assertEquals(id, row.getAs("group_id"));
        assertEquals((long) group.size(), row.<Long>getAs("group_size"));
        assertEquals(kept.path, row.getAs("representative"));
        assertEquals(image == kept ? "keep" : "drop", row.getAs("decision"));
        assertEquals(
            List.copyOf(relations.getOrDefault(images.indexOf(image), Set.of())),
            row.getList(row.fieldIndex("relations")));
        var unchecked = new ArrayList<String>();
        if (image.hash == null) {
          unchecked.add("picture");
        }
        if (image.embedding == null) {
          unchecked.add("subject");
        }
        assertEquals(unchecked, row.getList(row.fieldIndex("unchecked")));
        if (group.size() > 1 && image.hash != null && kept.hash != null) {
          assertEquals(Long.bitCount(image.hash ^ kept.hash), row.<Integer>getAs("hash_distance"));
        }
        if (group.size() > 1 && image.embedding != null && kept.embedding != null) {
          assertEquals(
              Embeddings.cosine(image.embedding, kept.embedding), row.<Float>getAs("cosine"), 1e-6);
        }
      }
    }
    DuplicatesSummary summary = duplicates.summary(rows);
    assertEquals(grouped, summary.groupedImages());
    assertEquals(groups.values().stream().filter(g -> g.size() > 1).count(), summary.groups());
    assertEquals(
        groups.values().stream().mapToInt(List::size).max().orElse(0), summary.largestGroup());
    assertEquals(
        images.stream().filter(i -> i.hash == null).count(),
        Objects.requireNonNull(summary.relations().get("picture")).unchecked());
    assertEquals(
        summary.groups(), summary.sizes().stream().mapToLong(DuplicatesSummary.Size::groups).sum());
  }

  @Test
  void manyEqualHashesAreALinkEachAndNotAPairEach() throws Exception {
    Dataset<Row> table =
        SPARK
            .session()
            .range(100_000)
            .selectExpr("cast(id as string) as path", "0L as phash", "1 as width", "1 as height")
            .union(
                SPARK
                    .session()
                    .range(1000)
                    .selectExpr("concat('x', id)", "xxhash64(id)", "1", "1"));
    Duplicates duplicates = of(table, Set.of());
    Dataset<Row> rows = duplicates.rows();
    assertEquals(100_000, rows.where("group_id = '0' and hash_distance = 0").count());
    assertEquals(1000, rows.where("group_size = 1 and decision = 'keep'").count());
    assertEquals(99_999, assertNotNullWork(duplicates).links());
  }

  private static Duplicates.Work assertNotNullWork(Duplicates duplicates) {
    Duplicates.Work work = duplicates.work();
    assertNotNull(work);
    return work;
  }

  @Test
  void aPathOfSeveralModelsAndRunsIsOneImage() throws Exception {
    Dataset<Row> table =
        SPARK
            .session()
            .sql(
                """
                select * from values
                  ('a', 's', 1L, 'm', timestamp'2026-01-01'), ('a', 's', null, 'n', timestamp'2026-01-02'),
                  ('b', 't', 9L, 'm', timestamp'2026-01-01'), ('b', 'u', 3L, 'm', timestamp'2026-01-03'),
                  ('c', 'v', -1L, 'm', timestamp'2026-01-01')
                  as t(path, content_sha256, phash, model_sha256, predicted_at)""")
            .selectExpr("*", "1 as width", "1 as height");
    List<String> rows =
        of(table, Set.of())
            .rows()
            .selectExpr("concat_ws(' ', path, group_id, decision, hash_distance)")
            .as(Encoders.STRING())
            .collectAsList()
            .stream()
            .sorted()
            .toList();
    assertEquals(List.of("a a keep 0", "b a drop 1", "c c keep"), rows);
  }

  @Test
  void theImageThatIsKeptIsChosen() throws Exception {
    Dataset<Row> table =
        SPARK
            .session()
            .sql(
                """
                select *, 's' as content_sha256 from values
                  ('a', 1, 1, 9L, struct(0.5), null), ('b', 2, 2, 1L, struct(0.1), null),
                  ('c', 2, 2, 2L, struct(0.2), timestamp'2026-01-02'),
                  ('d', 1, 1, 1L, struct(0.9), timestamp'2026-01-03'),
                  ('e', null, null, null, null, timestamp'2026-01-01')
                  as t(path, width, height, length, quality, modified_at)""")
            .withColumn("quality", col("quality").cast("struct<blurry: double>"));
    for (Map.Entry<Keep, String> kept :
        Map.of(Keep.LARGEST, "c", Keep.SHARPEST, "d", Keep.OLDEST, "e").entrySet()) {
      var options = new Duplicates.Options(Set.of(), kept.getKey(), 3, 0.95);
      Dataset<Row> rows = Duplicates.of(table, "the table", options).rows();
      assertEquals(
          List.of(kept.getValue()),
          rows.where("decision = 'keep'").select("path").as(Encoders.STRING()).collectAsList());
    }
  }

  @Test
  void anEmptyTableHasNoGroups() throws Exception {
    Dataset<Row> table = SPARK.session().createDataFrame(List.of(), SCHEMA);
    Duplicates duplicates = of(table, ALL);
    DuplicatesSummary summary = duplicates.summary(duplicates.rows());
    assertEquals(0, summary.images() + summary.groups() + summary.largestGroup());
    assertTrue(
        duplicates.page(duplicates.rows(), summary).html().contains("No image is a duplicate"));
  }

  @Test
  void aTableWithoutValuesToCompareIsRefused() {
    Dataset<Row> table = SPARK.session().sql("select 'a' as path");
    var refused = assertThrows(UserException.class, () -> of(table, Set.of()));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("the table has no column content_sha256"));
  }
}
