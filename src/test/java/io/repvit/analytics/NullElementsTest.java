package io.repvit.analytics;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.UserException;
import io.repvit.analytics.audit.Audit;
import io.repvit.analytics.audit.AuditOptions;
import io.repvit.analytics.audit.AuditOptions.Check;
import io.repvit.analytics.clusters.ClusterOptions;
import io.repvit.analytics.clusters.Clusters;
import io.repvit.analytics.duplicates.Duplicates;
import io.repvit.analytics.duplicates.Keep;
import io.repvit.analytics.duplicates.Relation;
import io.repvit.analytics.neighbours.NeighbourOptions;
import io.repvit.analytics.neighbours.Neighbours;
import io.repvit.analytics.probe.Probe;
import io.repvit.analytics.probe.ProbeOptions;
import io.repvit.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An embedding with a null element is not used and counted, and its null is no 0. */
@Tag("slow")
class NullElementsTest {
  private static final int ROWS = 24;

  @RegisterExtension
  static final LocalSpark SPARK =
      new LocalSpark(
          Map.of(
              "spark.sql.shuffle.partitions", "2",
              // Compiling the queries takes longer than running them on so few rows.
              "spark.sql.codegen.wholeStage", "false",
              "spark.sql.codegen.factoryMode", "NO_CODEGEN"));

  @TempDir static Path temp;

  private static Dataset<Row> table;
  private static String withNull;
  private static String withNullAndNan;

  @BeforeAll
  static void write() {
    var random = new Random(15);
    float[] centre = Embeddings.gaussian(random, 8);
    var rows = new ArrayList<Row>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create(Embeddings.path(i), Embeddings.near(random, centre, 0.001)));
    }
    // With a 0 in place of its null it is near to all others.
    var values = new Float[8];
    for (int i = 1; i < values.length; i++) {
      values[i] = centre[i];
    }
    withNull = Embeddings.path(ROWS);
    rows.add(RowFactory.create(withNull, values));
    Float[] others = values.clone();
    others[7] = Float.NaN;
    withNullAndNan = Embeddings.path(ROWS + 1);
    rows.add(RowFactory.create(withNullAndNan, others));
    String place = temp.resolve("table").toString();
    SPARK
        .session()
        .createDataFrame(rows, Embeddings.SCHEMA)
        .selectExpr(
            "*",
            "'a' as label",
            "if(pmod(hash(path), 2) = 0, 'one', 'two') as truth",
            "1 as width",
            "1 as height")
        .write()
        .parquet(place);
    table = SPARK.session().read().parquet(place);
  }

  private static <S> S summary(String name, Analysis<S> analysis)
      throws UserException, IOException {
    return ResultFolder.create(SPARK.session(), temp.resolve(name).toString(), false)
        .write(analysis);
  }

  @Test
  void neighboursSaysWhyThereAreNone() throws Exception {
    var found =
        summary("neighbours", Neighbours.ofAll(table, "test", NeighbourOptions.DEFAULT.withK(1)));
    assertEquals(Map.of("not_finite", 2L), found.problems());
    assertEquals(ROWS, found.neighbours());
  }

  @Test
  void clusterCountsIt() throws Exception {
    var options = ClusterOptions.DEFAULT.withClusters(2, 2);
    var found = summary("clusters", new Clusters(table, "test", null, options));
    assertEquals(2, found.withoutEmbedding());
    assertEquals(ROWS, found.clustered());
  }

  @Test
  void duplicatesKeepsIt() throws Exception {
    var options = new Duplicates.Options(Set.of(Relation.SUBJECT), Keep.LARGEST, 3, 0.9);
    var found = summary("duplicates", Duplicates.of(table, "test", options));
    assertEquals(ROWS - 1, found.dropped());
    assertEquals(
        List.of(withNull, withNullAndNan),
        SPARK
            .session()
            .read()
            .parquet(temp.resolve("duplicates/rows").toString())
            .where("array_contains(unchecked, 'subject') and decision = 'keep'")
            .orderBy("path")
            .collectAsList()
            .stream()
            .map(row -> row.<String>getAs("path"))
            .toList());
  }

  @Test
  void auditCountsIt() throws Exception {
    var d = AuditOptions.DEFAULT;
    var options =
        new AuditOptions(
            Set.of(Check.LABELS, Check.OUTLIERS),
            d.probabilities(),
            d.filter(),
            d.rankBy(),
            2,
            d.seed(),
            d.regularisations(),
            3,
            d.fence(),
            d.hashDistance(),
            null,
            0);
    var found = summary("audit", new Audit(new Audit.ImageSet("test", table), null, options));
    assertEquals(2, Objects.requireNonNull(found.labels()).withoutEmbedding());
    assertEquals(2, Objects.requireNonNull(found.outliers()).withoutEmbedding());
  }

  @Test
  void probeCountsIt() throws Exception {
    var options = new ProbeOptions(2, 0, List.of(1.0), false, 0, List.of(), 1);
    Dataset<Row> carried =
        table
            .withColumn("model_sha256", lit("m"))
            .withColumn("carried", map(lit("name"), col("truth")))
            .drop("truth");
    var found = summary("probe", Probe.of(carried, Labels.ofCarried("name"), options, "test"));
    assertEquals(2, found.withoutEmbedding());
    assertEquals(ROWS, found.images());
  }
}
