package io.repvit.analytics.clusters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.UserException;
import io.repvit.analytics.Embeddings;
import io.repvit.analytics.Labels;
import io.repvit.analytics.Thumbnails;
import io.repvit.analytics.clusters.ClusterOptions.Algorithm;
import io.repvit.analytics.clusters.ClusterSummary.Cluster;
import io.repvit.testing.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clusters that golden_clusters.py has planted, against scikit-learn. */
@Tag("slow")
class ClustersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GOLDEN = Path.of("src/test/resources/clusters");
  private static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType)
          .add("label", DataTypes.StringType)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType));

  @RegisterExtension
  static final LocalSpark SPARK =
      new LocalSpark(
          Map.of(
              "spark.sql.shuffle.partitions", "2",
              // Compiling the queries takes longer than running them on so few rows.
              "spark.sql.codegen.wholeStage", "false",
              "spark.sql.codegen.factoryMode", "NO_CODEGEN"));

  private static JsonNode expected;
  private static final Map<String, Integer> PLANTED = new TreeMap<>();
  private static final List<Row> ROWS = new ArrayList<>();

  @BeforeAll
  static void read() throws Exception {
    expected = JSON.readTree(GOLDEN.resolve("expected.json").toFile());
    for (String line : Files.readAllLines(GOLDEN.resolve("planted.csv"))) {
      String[] cells = line.split("\t");
      PLANTED.put(cells[0], Integer.parseInt(cells[1]));
      ROWS.add(row(cells[0], cells[2], JSON.readValue(cells[3], float[].class)));
    }
  }

  private static Row row(String path, String label, @Nullable Object embedding) {
    return RowFactory.create(path, label, embedding);
  }

  private static Dataset<Row> table(List<Row> rows, int partitions) {
    return SPARK.session().createDataFrame(rows, SCHEMA).repartition(partitions);
  }

  private static ClusterOptions options(int clusters) {
    return ClusterOptions.DEFAULT.withClusters(clusters, clusters);
  }

  private static ClusterSummary summary(Clusters clusters) throws UserException {
    List<Row> rows = clusters.rows().collectAsList();
    return clusters.summary(SPARK.session().createDataFrame(rows, clusters.rows().schema()));
  }

  private static Map<String, Integer> found(Dataset<Row> rows) {
    var found = new TreeMap<String, Integer>();
    rows.select("path", "cluster")
        .collectAsList()
        .forEach(row -> found.put(row.getString(0), row.getInt(1)));
    return found;
  }

  private static double value(@Nullable Double figure) {
    return Objects.requireNonNull(figure);
  }

  @Test
  void plantedClustersAreFoundWithTheFiguresOfScikitLearn() throws Exception {
    Labels labels =
        Labels.ofTable(table(ROWS, 1).select("path", "label"), "label", "the planted labels");
    var clusters = new Clusters(table(ROWS, 3), "planted", labels, options(5));
    Dataset<Row> rows = clusters.rows();
    assertEquals(PLANTED, found(rows));
    ClusterSummary s = clusters.summary(rows);
    assertEquals(5, s.clusters());
    assertEquals(List.of(80L, 60L, 50L, 30L, 20L), s.list().stream().map(Cluster::images).toList());
    assertEquals(expected.get("silhouette").asDouble(), value(s.silhouette()), 1e-6);
    JsonNode variances = expected.get("variances");
    assertEquals(
        variances.get(0).asDouble() + variances.get(1).asDouble(), value(s.planeVariance()), 1e-6);
    assertEquals(expected.get("adjusted_rand").asDouble(), value(s.adjustedRand()), 1e-9);
    for (Cluster c : s.list()) {
      assertEquals(expected.get("purity").get(c.cluster()).asDouble(), c.labels().purity(), 1e-9);
      assertEquals(expected.get("entropy").get(c.cluster()).asDouble(), c.labels().entropy(), 1e-9);
      assertEquals(c.labels(), c.truth());
      assertEquals(8, c.representatives().size());
      assertEquals(4, c.farthest().size());
      assertEquals(c.maxDistance(), c.farthest().get(0).distance());
      assertTrue(c.representatives().get(7).distance() <= c.meanDistance());
    }

    var reduced = new Clusters(table(ROWS, 3), "planted", null, options(5).withPca(3));
    Dataset<Row> reducedRows = reduced.rows();
    assertEquals(PLANTED, found(reducedRows));
    ClusterSummary r = reduced.summary(reducedRows);
    assertEquals(expected.get("reduced_silhouette").asDouble(), value(r.silhouette()), 1e-6);
    assertEquals(
        variances.get(0).asDouble() + variances.get(1).asDouble() + variances.get(2).asDouble(),
        value(r.pcaVariance()),
        1e-6);
    assertNull(r.adjustedRand());
  }

  /** It divides clusters by size, so it may cut through a planted one. */
  @Test
  void bisectingFindsMostOfThePlantedClusters() throws Exception {
    var planted = new ArrayList<Row>();
    for (Row row : ROWS) {
      planted.add(
          row(row.getString(0), String.valueOf(PLANTED.get(row.getString(0))), row.getAs(2)));
    }
    Dataset<Row> table = table(planted, 2);
    Labels labels = Labels.ofTable(table.select("path", "label"), "label", "the clusters");
    var options = options(5).withAlgorithm(Algorithm.BISECTING);
    var clusters = new Clusters(table, "planted", labels, options);
    Dataset<Row> rows = clusters.rows();
    ClusterSummary s = clusters.summary(rows);
    assertEquals(5, s.clusters());
    assertTrue(value(s.adjustedRand()) > 0.7, "adjusted Rand index " + s.adjustedRand());
    assertEquals(found(rows), found(new Clusters(table, "planted", null, options).rows()));
  }

  @Test
  void theSearchChoosesTheNumberThatIsPlanted() throws Exception {
    var options = ClusterOptions.DEFAULT.withClusters(4, 6);
    var clusters = new Clusters(table(ROWS, 2), "planted", null, options);
    Dataset<Row> rows = clusters.rows();
    ClusterSummary s = clusters.summary(rows);
    assertEquals(5, s.clusters(), s.tried().toString());
    assertEquals(3, s.tried().size());
    assertEquals(expected.get("silhouette").asDouble(), value(s.tried().get(1).silhouette()), 1e-6);
  }

  /** Embeddings without clusters, where small differences would change much, and a sample. */
  @Test
  void theSameTableGivesTheSameRowsHoweverItIsPartitioned() throws Exception {
    var random = new Random(7);
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 6_000; i++) {
      rows.add(row("file:/" + i + ".png", "none", Embeddings.gaussian(random, 4)));
    }
    List<String> first = answer(rows, 1);
    assertEquals(6_000, first.size());
    Collections.shuffle(rows, random);
    assertEquals(first, answer(rows, 5));
  }

  private static List<String> answer(List<Row> rows, int partitions) throws UserException {
    var sampled =
        new ClusterOptions(
            3, 3, Algorithm.K_MEANS, 0, 1, 1_000, 1, 1, 0, 0, Thumbnails.Options.DEFAULT);
    var clusters = new Clusters(table(rows, partitions), "noise", null, sampled);
    Dataset<Row> answer = clusters.rows().select("path", "cluster", "distance");
    return answer.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  @Test
  void embeddingsThatCannotBeUsedAreCounted() throws Exception {
    var rows = new ArrayList<>(ROWS);
    rows.add(row("file:/null.png", "none", null));
    rows.add(row("file:/empty.png", "none", new float[0]));
    float[] nan = new float[12];
    nan[3] = Float.NaN;
    rows.add(row("file:/nan.png", "none", nan));
    float[] infinite = new float[12];
    infinite[11] = Float.NEGATIVE_INFINITY;
    rows.add(row("file:/infinite.png", "none", infinite));
    var clusters = new Clusters(table(rows, 2), "planted", null, options(5));
    Dataset<Row> answer = clusters.rows();
    assertEquals(PLANTED, found(answer));
    ClusterSummary s = clusters.summary(answer);
    assertEquals(List.of(244L, 4L, 240L), List.of(s.images(), s.withoutEmbedding(), s.clustered()));
  }

  @Test
  void equalEmbeddingsAreOneClusterWithoutASilhouette() throws Exception {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 20; i++) {
      rows.add(row("file:/" + i + ".png", "same", new float[] {3, 4}));
    }
    for (Algorithm algorithm : Algorithm.values()) {
      var options = ClusterOptions.DEFAULT.withClusters(2, 4).withAlgorithm(algorithm);
      var clusters = new Clusters(table(rows, 2), "same", null, options);
      ClusterSummary s = summary(clusters);
      assertEquals(1, s.clusters());
      assertNull(s.silhouette());
      assertNull(s.planeVariance());
      assertTrue(clusters.text(s).endsWith("no silhouette, because all embeddings are equal"));
    }
  }

  @Test
  void tooFewOrMixedEmbeddingsAreRefused() {
    List<Row> few = ROWS.subList(0, 4);
    assertEquals(
        "4 of 4 images have an embedding, expected at least 5 for as many clusters; choose fewer"
            + " clusters, or run classify with a model that has an embedding output",
        refusal(few, options(5)));
    assertTrue(refusal(List.of(), options(2)).startsWith("0 of 0 images have an embedding"));
    List<Row> mixed = new ArrayList<>(ROWS);
    mixed.add(row("file:/short.png", "none", new float[] {1, 2}));
    assertEquals(
        "the embeddings have 2 to 12 values, expected one length; choose one model with"
            + " --model-sha256",
        refusal(mixed, options(5)));
    assertEquals(
        "pca is 13, but the embeddings have 12 values; choose at most as many",
        refusal(ROWS, options(5).withPca(13)));
    for (int[] range : new int[][] {{1, 5}, {3, 2}, {2, 1001}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> ClusterOptions.DEFAULT.withClusters(range[0], range[1]),
          Arrays.toString(range));
    }
  }

  private static String refusal(List<Row> rows, ClusterOptions options) {
    var clusters = new Clusters(table(rows, 1), "few", null, options);
    return String.valueOf(assertThrows(UserException.class, clusters::rows).getMessage());
  }
}
