package io.repvit.analytics.probe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.testing.LocalSpark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("slow")
class CrossValidationTest {
  @RegisterExtension
  static final LocalSpark SPARK =
      new LocalSpark(
          Map.of(
              "spark.sql.shuffle.partitions", "2",
              // Compiling the queries takes longer than running them on so few rows.
              "spark.sql.codegen.wholeStage", "false",
              "spark.sql.codegen.factoryMode", "NO_CODEGEN"));

  private static final int FOLDS = 3;
  private static final long SEED = 7;

  private static Digits digits;
  private static LabelledEmbeddings images;
  private static Dataset<Row> folded;

  @BeforeAll
  static void divide() throws Exception {
    digits = Digits.read();
    images = LabelledEmbeddings.of(digits.table(SPARK.session()));
    folded = inFolds(images.rows()).persist();
  }

  private static Dataset<Row> inFolds(Dataset<Row> rows) {
    return Strata.add(rows, "fold", SEED, Strata.folds(FOLDS)).withColumn("weight", lit(1.0));
  }

  @Test
  void classesAndImagesAreCounted() {
    assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), images.classes());
    assertEquals(Digits.IMAGES, images.total());
    assertEquals(Digits.WIDTH, images.width());
    assertEquals(0, images.withoutLabel() + images.withoutEmbedding());
  }

  @Test
  void eachFoldHasItsShareOfEachClass() {
    List<Row> cells = folded.groupBy("truth", "fold").count().collectAsList();
    assertEquals(FOLDS * Digits.CLASSES, cells.size());
    for (Row cell : cells) {
      double share = (double) digits.images(Integer.parseInt(cell.getString(0))) / FOLDS;
      assertTrue(Math.abs(cell.getLong(2) - share) < 1, cell::toString);
    }
  }

  @Test
  void foldsDoNotDependOnTheOrderOfRows() {
    assertEquals(folds(folded), folds(inFolds(images.rows().orderBy(col("path").desc()))));
  }

  @Test
  void imagesWithTheSameKeyAreInTheSameFold() {
    Dataset<Row> repeated = images.rows().union(images.rows().withColumn("path", lit("again")));
    for (Row row : inFolds(repeated).groupBy("key").agg(countDistinct("fold")).collectAsList()) {
      assertEquals(1, row.getLong(1), row::toString);
    }
  }

  private static Map<String, Integer> folds(Dataset<Row> rows) {
    var folds = new HashMap<String, Integer>();
    rows.select("path", "fold")
        .collectAsList()
        .forEach(r -> folds.put(r.getString(0), r.getInt(1)));
    return folds;
  }

  @Test
  void anImageIsScoredByALayerThatDidNotSeeItsFold() {
    var validation = CrossValidation.of(folded, Digits.CLASSES, FOLDS, List.of(0.01, 1.0));
    assertEquals(2, validation.scores().size());
    for (var score : validation.scores()) {
      assertTrue(
          score.logLoss() >= validation.scores().get(index(validation)).logLoss(), score::toString);
    }
    int right = 0;
    double loss = 0;
    SoftmaxRegression withoutFirst =
        SoftmaxRegression.fit(folded.where("fold <> 0"), Digits.CLASSES, validation.chosen());
    for (Row row : validation.outOfFold(folded).collectAsList()) {
      List<Double> p = row.getList(row.fieldIndex("probabilities"));
      double[] found = p.stream().mapToDouble(Double::doubleValue).toArray();
      int label = (int) row.getDouble(row.fieldIndex("label"));
      right += SoftmaxRegression.best(found) == label ? 1 : 0;
      loss -= Math.log(found[label]);
      if (row.getInt(row.fieldIndex("fold")) == 0) {
        Vector x = row.getAs("features");
        assertArrayEquals(withoutFirst.probabilities(x), found, 1e-9);
      }
    }
    var best = validation.scores().get(index(validation));
    assertEquals(best.accuracy(), (double) right / Digits.IMAGES, 1e-12);
    assertEquals(best.logLoss(), loss / Digits.IMAGES, 1e-9);
    assertTrue(best.accuracy() > 0.9, best::toString);
    assertTrue(best.accuracyLeast() <= best.accuracy() && best.accuracy() <= best.accuracyMost());
  }

  private static int index(CrossValidation validation) {
    return validation.scores().stream()
        .map(CrossValidation.Score::regularisation)
        .toList()
        .indexOf(validation.chosen());
  }

  @Test
  void aClassWithFewerImagesThanFoldsIsInSomeFolds() throws Exception {
    List<Row> rows = new ArrayList<>(digits.rows());
    rows.add(Digits.row("x/1", "two images", digits.pixels()[0]));
    rows.add(Digits.row("x/2", "two images", digits.pixels()[1]));
    var few = LabelledEmbeddings.of(SPARK.session().createDataFrame(rows, Digits.SCHEMA));
    Dataset<Row> inFolds = inFolds(few.rows()).persist();
    assertEquals(2, inFolds.where("truth = 'two images'").select("fold").distinct().count());
    var validation = CrossValidation.of(inFolds, few.classes().size(), FOLDS, List.of(0.1));
    assertTrue(validation.scores().get(0).accuracy() > 0.9);
  }

  @Test
  void imagesWithoutLabelOrEmbeddingAreCounted() throws Exception {
    List<Row> rows = new ArrayList<>(digits.rows());
    rows.add(Digits.row("a", "3", null));
    rows.add(Digits.row("b", "3", new float[0]));
    float[] broken = digits.pixels()[0].clone();
    broken[3] = Float.NaN;
    rows.add(Digits.row("c", "unseen", broken));
    broken = broken.clone();
    broken[3] = Float.NEGATIVE_INFINITY;
    rows.add(Digits.row("d", "4", broken));
    rows.add(Digits.row("e", null, digits.pixels()[0]));
    var found = LabelledEmbeddings.of(SPARK.session().createDataFrame(rows, Digits.SCHEMA));
    assertEquals(4, found.withoutEmbedding());
    assertEquals(1, found.withoutLabel());
    assertEquals(images.images(), found.images());
    assertEquals(Digits.IMAGES, found.rows().count());
  }

  @Test
  void whatCannotBeTrainedOnIsRefused() {
    refused(
        "no image has a true label and an embedding: 1 have no label, 1 have a label but no",
        Digits.row("a", null, digits.pixels()[0]),
        Digits.row("b", "3", null));
    refused("no image has a true label and an embedding: 0 have no label, 0 have");
    refused(
        "all 2 images have the label '3', expected at least two classes",
        Digits.row("a", "3", digits.pixels()[0]),
        Digits.row("b", "3", digits.pixels()[1]));
    refused(
        "the embeddings have from 2 to 64 values",
        Digits.row("a", "3", digits.pixels()[0]),
        Digits.row("b", "4", new float[2]));
  }

  private static void refused(String why, Row... rows) {
    Dataset<Row> table = SPARK.session().createDataFrame(List.of(rows), Digits.SCHEMA);
    var e = assertThrows(UserException.class, () -> LabelledEmbeddings.of(table));
    assertTrue(String.valueOf(e.getMessage()).startsWith(why), e.getMessage());
  }
}
