package io.repvit.analytics.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.Summaries;
import io.repvit.analytics.evaluation.EvaluationSummary.Averages;
import io.repvit.analytics.evaluation.EvaluationSummary.Comparison;
import io.repvit.analytics.evaluation.EvaluationSummary.Confusion;
import io.repvit.analytics.evaluation.EvaluationSummary.PerClass;
import io.repvit.analytics.evaluation.EvaluationSummary.Temperature;
import io.repvit.testing.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Figures as scikit-learn, SciPy and statsmodels give them; see golden_evaluation.py. */
class EvaluationTest {
  private static final Path FOLDER = Path.of("src/test/resources/evaluation");
  private static final double EXACT = 1e-12;

  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static JsonNode expected;
  private static Dataset<Row> first;
  private static Labels labels;
  private static EvaluationSummary found;

  @BeforeAll
  static void evaluate() throws Exception {
    expected = new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
    first = SPARK.session().read().parquet(FOLDER.resolve("first.parquet").toString());
    Dataset<Row> second =
        SPARK.session().read().parquet(FOLDER.resolve("second.parquet").toString());
    Path truth = FOLDER.resolve("truth.csv");
    labels =
        Labels.ofTable(
            SPARK.session().read().option("header", true).csv(truth.toString()), "label", "truth");
    var evaluation =
        new Evaluation(first, labels, new Evaluation.Options(15, true, second, "golden"));
    found = evaluation.summary(evaluation.rows().persist());
  }

  @Test
  void precisionRecallAndF1AreThoseOfScikitLearn() {
    assertEquals(expected.get("images").asLong(), found.images());
    assertEquals(expected.get("classes").size(), found.classes().size());
    for (PerClass c : found.classes()) {
      JsonNode same = expected.get("classes").get(c.label());
      assertEquals(same.get("images").asLong(), c.images());
      assertEquals(same.get("precision").asDouble(), c.precision(), EXACT);
      assertEquals(same.get("recall").asDouble(), c.recall(), EXACT);
      assertEquals(same.get("f1").asDouble(), c.f1(), EXACT);
      Interval interval = Objects.requireNonNull(c.f1Interval());
      assertTrue(interval.low() <= c.f1() && c.f1() <= interval.high(), c.label());
    }
    agree("macro", found.macro());
    agree("weighted", found.weighted());
  }

  private static void agree(String kind, Averages averages) {
    assertEquals(expected.get(kind).get("precision").asDouble(), averages.precision(), EXACT);
    assertEquals(expected.get(kind).get("recall").asDouble(), averages.recall(), EXACT);
    assertEquals(expected.get(kind).get("f1").asDouble(), averages.f1(), EXACT);
  }

  @Test
  void theConfusionMatrixAndTopAccuraciesAreThoseOfScikitLearn() {
    var cells = new TreeMap<String, Long>();
    for (Confusion c : found.confusion()) {
      cells.put(c.truth() + " " + c.predicted(), c.images());
    }
    var same = new TreeMap<String, Long>();
    expected
        .get("confusion")
        .fields()
        .forEachRemaining(e -> same.put(e.getKey(), e.getValue().asLong()));
    assertEquals(same, cells);
    assertEquals(new EvaluationSummary.LeftOut(0, 0), found.confusionLeftOut());
    assertEquals(7, found.k());
    for (int n = 0; n < 7; n++) {
      assertEquals(
          expected.get("top_accuracies").get(n).asDouble(), found.topAccuracies().get(n), EXACT);
    }
  }

  @Test
  void theCalibrationErrorIsThatOfTheFormula() throws Exception {
    calibrated(expected.get("calibration").get(0), found.calibration());
    Dataset<Row> labelled =
        new Evaluation(first, labels).rows().where(Labels.COLUMN + " is not null");
    calibrated(expected.get("calibration").get(1), Calibration.counts(labelled, 10).calibration());
  }

  private static void calibrated(JsonNode same, Calibration calibration) {
    assertEquals(same.get("bins").asInt(), calibration.bins().size());
    assertEquals(same.get("ece").asDouble(), calibration.ece(), EXACT);
    assertEquals(same.get("mce").asDouble(), calibration.mce(), EXACT);
    for (int i = 0; i < calibration.bins().size(); i++) {
      assertEquals(same.get("found").get(i).get(0).asLong(), calibration.bins().get(i).images());
    }
  }

  @Test
  void theTemperatureIsThatOfTheLogits() {
    JsonNode same = expected.get("temperature");
    Temperature t = Objects.requireNonNull(found.temperature());
    // The table has probabilities rounded to float; SciPy had the logits.
    assertEquals(same.get("value").asDouble(), t.value(), 1e-6);
    assertEquals(same.get("nll").asDouble(), t.nll(), 1e-7);
    assertEquals(same.get("nll_calibrated").asDouble(), t.nllCalibrated(), 1e-7);
    assertEquals(found.calibration().ece(), t.ece(), EXACT);
    assertEquals(same.get("ece_calibrated").asDouble(), t.eceCalibrated(), 1e-6);
    assertEquals(600, t.images());
  }

  @Test
  void aTemperatureNeedsAllClassesAndMistakes() throws Exception {
    Dataset<Row> three = first.selectExpr("path", "label", "score", "slice(top_k, 1, 3) as top_k");
    var e = assertThrows(UserException.class, () -> fit(three));
    assertTrue(String.valueOf(e.getMessage()).contains("top_k has 3 of at least 7"));
    assertTrue(String.valueOf(e.getMessage()).contains("--top-k"), String.valueOf(e.getMessage()));
    var sure =
        "transform(top_k, (s, i) -> named_struct('label', s.label, 'label_index',"
            + " s.label_index, 'score', if(i = 0, 1.0F, 0.0F))) as top_k";
    Dataset<Row> right =
        labels.addTo(first).where("label = truth").selectExpr("path", "label", "score", sure);
    var none = assertThrows(UserException.class, () -> fit(right));
    assertTrue(String.valueOf(none.getMessage()).contains("no temperature from"));
  }

  private static void fit(Dataset<Row> predictions) throws UserException {
    TemperatureFit.of(labels.addTo(predictions), 15);
  }

  @Test
  void theIntervalsAreThoseOfAMultinomialBootstrap() {
    JsonNode same = expected.get("intervals");
    near(same.get("top1"), found.intervals().top1());
    near(same.get("macro_f1"), found.intervals().macroF1());
    near(same.get("weighted_f1"), found.intervals().weightedF1());
    near(same.get("ece"), found.intervals().ece());
    near(
        expected.get("comparison").get("difference"),
        Objects.requireNonNull(found.comparison()).differenceInterval());
  }

  /** Both ends lie within 15 percent of the width. */
  private static void near(JsonNode same, Interval interval) {
    double low = same.get(0).asDouble();
    double high = same.get(1).asDouble();
    assertEquals(low, interval.low(), 0.15 * (high - low), same::toString);
    assertEquals(high, interval.high(), 0.15 * (high - low), same::toString);
  }

  @Test
  void twoModelsAreComparedOnTheImagesThatBothHave() {
    JsonNode same = expected.get("comparison");
    Comparison c = Objects.requireNonNull(found.comparison());
    assertEquals(same.get("shared").asLong(), c.shared());
    assertEquals(50, c.onlyFirst());
    assertEquals(0, c.onlyOther() + c.otherContent());
    assertEquals(same.get("agreement").asDouble(), c.agreement(), EXACT);
    assertEquals(same.get("accuracy").asDouble(), c.accuracy(), EXACT);
    assertEquals(same.get("other_accuracy").asDouble(), c.otherAccuracy(), EXACT);
    assertEquals(
        List.of(
            same.get("counts").get(0).get(0).asLong(),
            same.get("counts").get(0).get(1).asLong(),
            same.get("counts").get(1).get(0).asLong(),
            same.get("counts").get(1).get(1).asLong()),
        List.of(c.bothRight(), c.onlyFirstRight(), c.onlyOtherRight(), c.noneRight()));
    assertEquals(same.get("statistic").asDouble(), c.mcnemar().statistic(), EXACT);
    assertEquals(same.get("p_value").asDouble(), c.mcnemar().pValue(), EXACT);
  }

  @Test
  void mcNemarsTestIsThatOfStatsmodels() {
    for (JsonNode test : expected.get("mcnemar")) {
      var result = McNemar.of(test.get(0).asLong(), test.get(1).asLong());
      assertEquals(test.get(2).asDouble(), result.statistic(), EXACT, test::toString);
      double p = test.get(3).asDouble();
      assertEquals(p, result.pValue(), 1e-9 * p, test::toString);
    }
  }

  @Test
  void aSecondEvaluationGivesTheSameSummary() throws Exception {
    var again = new Evaluation(first, labels);
    String json = Summaries.json(again.summary(again.rows()));
    assertEquals(json, Summaries.json(again.summary(again.rows())));
    assertEquals(found.intervals(), again.summary(again.rows()).intervals());
  }

  @Test
  void ofManyClassesTheLargestCellsAreKept() throws Exception {
    // 200 true labels, each predicted as 100 others once and as itself 100 times.
    var rows =
        SPARK
            .session()
            .sql(
                """
                select concat(t, '/', j) as path, concat('c', t) as truth,
                    concat('c', if(j < 100, (t + j + 1) % 200, t)) as label, 0.5F as score,
                    j >= 100 as right, if(j >= 100, 1, null) as rank, 1 as k
                from (select explode(sequence(0, 199)) as t)
                    lateral view explode(sequence(0, 199)) as j""");
    EvaluationSummary many = new Evaluation(rows, labels).summary(rows);
    assertEquals(40_000, many.images());
    assertEquals(10_000, many.confusion().size());
    assertEquals(new EvaluationSummary.LeftOut(20_200 - 10_000, 10_200), many.confusionLeftOut());
    assertEquals(200, many.confusion().stream().filter(c -> c.images() == 100).count());
    assertEquals(0.5, many.macro().f1(), EXACT);
    assertTrue(many.intervals().macroF1().low() > 0.48, many.intervals().toString());
    var picture = ConfusionPicture.of(many);
    assertEquals(30, picture.labels().size());
    assertEquals(200, picture.allLabels());
    assertTrue(picture.svg().toString().length() < 300_000);
  }
}
