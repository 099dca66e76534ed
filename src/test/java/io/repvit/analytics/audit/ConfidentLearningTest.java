package io.repvit.analytics.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.testing.LocalSpark;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with cleanlab's answers, which {@code golden_audit.py} has written. */
class ConfidentLearningTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The sums of probabilities are added in another order. */
  private static final double EXACT = 1e-12;

  private static final StructType IMAGES =
      new StructType()
          .add("path", DataTypes.StringType)
          .add("given", DataTypes.IntegerType)
          .add("probabilities", DataTypes.createArrayType(DataTypes.DoubleType, false));

  @RegisterExtension
  static final LocalSpark SPARK =
      new LocalSpark(
          Map.of(
              "spark.sql.shuffle.partitions", "2",
              "spark.sql.adaptive.enabled", "false",
              // Compiling the queries takes longer than running them on so few rows.
              "spark.sql.codegen.wholeStage", "false",
              "spark.sql.codegen.factoryMode", "NO_CODEGEN"));

  /** A set of labels; its text is the name of the case. */
  record Case(JsonNode golden) {
    @Override
    public String toString() {
      return golden.path("name").asText();
    }

    List<Integer> indices(String field) throws IOException {
      return List.of(get(field, Integer[].class));
    }

    <T> T get(String field, Class<T> type) throws IOException {
      return JSON.treeToValue(golden.get(field), type);
    }
  }

  static List<Case> sets() throws IOException {
    return cases("/audit/labels.json");
  }

  private static List<Case> cases(String file) throws IOException {
    var cases = new ArrayList<Case>();
    try (InputStream in = ConfidentLearningTest.class.getResourceAsStream(file)) {
      JSON.readTree(in).forEach(golden -> cases.add(new Case(golden)));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("sets")
  void labelsScoresAndJointEqualThoseOfCleanlab(Case c) throws Exception {
    int[] labels = c.get("labels", int[].class);
    double[][] probabilities = c.get("probabilities", double[][].class);
    int classes = probabilities[0].length;
    var learning = new ConfidentLearning(images(labels, probabilities), classes);

    assertArrayEquals(c.get("thresholds", double[].class), learning.thresholds(), EXACT);
    assertArrayEquals(c.get("joint", long[][].class), learning.confident());
    assertArrayEquals(c.get("calibrated", long[][].class), learning.calibrated());
    List<Row> scored = learning.scored().orderBy("path").collectAsList();
    List<Row> byNoiseRate = learning.byNoiseRate().collectAsList();
    List<Row> confidentlyOther = learning.confidentlyOther().collectAsList();
    for (String score : List.of("self_confidence", "normalized_margin")) {
      assertArrayEquals(
          c.get(score, double[].class),
          scored.stream().mapToDouble(row -> row.getAs(score)).toArray(),
          score);
      assertEquals(c.indices("prune_by_noise_rate/" + score), ranked(byNoiseRate, score));
      assertEquals(c.indices("confident_learning/" + score), ranked(confidentlyOther, score));
    }
  }

  @Test
  void roundingOfCalibratedJointsEqualsThatOfCleanlab() throws Exception {
    List<Case> joints = cases("/audit/joints.json");
    assertEquals(20, joints.size());
    for (Case c : joints) {
      assertArrayEquals(
          c.get("calibrated", long[][].class),
          ConfidentJoint.calibrated(c.get("joint", long[][].class), c.get("images", long[].class)));
    }
  }

  private static List<Integer> ranked(List<Row> issues, String score) {
    return issues.stream()
        .sorted(
            Comparator.comparingDouble((Row row) -> row.getAs(score))
                .thenComparing(row -> row.getAs("path")))
        .map(row -> Integer.parseInt(row.getAs("path")))
        .toList();
  }

  private static Dataset<Row> images(int[] labels, double[][] probabilities) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < labels.length; i++) {
      rows.add(
          RowFactory.create(String.format(Locale.ROOT, "%06d", i), labels[i], probabilities[i]));
    }
    return SPARK.session().createDataFrame(rows, IMAGES).cache();
  }
}
