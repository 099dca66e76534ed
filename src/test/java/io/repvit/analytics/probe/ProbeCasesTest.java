package io.repvit.analytics.probe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.inference.ModelFile;
import io.repvit.predict.ModelReference;
import io.repvit.testing.ForeignModels;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ProbeCasesTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final ProbeOptions OPTIONS =
      new ProbeOptions(2, 0.2, List.of(0.01), false, 0, List.of(), 1);

  private static final Labels GIVEN = Labels.ofCarried("digit");

  @TempDir static Path folder;
  private static Dataset<Row> digits;
  private static ModelFile colours;
  private static Path model;

  @BeforeAll
  static void write() throws Exception {
    colours = TinyModels.colours(1);
    model = Files.write(folder.resolve("colours.onnx"), colours.bytes());
    digits =
        carried(Digits.read().table(SPARK.session()))
            .withColumn("model_sha256", lit(colours.sha256()));
  }

  /** With the labels in a carried column, as a user has them. */
  private static Dataset<Row> carried(Dataset<Row> rows) {
    return rows.withColumn("carried", map(lit("digit"), col(Labels.COLUMN))).drop(Labels.COLUMN);
  }

  private static Probe probe(Dataset<Row> rows, ProbeOptions options) {
    return Probe.of(rows, GIVEN, options, "digits");
  }

  private static void refused(String why, Probe probe) {
    var e = assertThrows(UserException.class, probe::rows);
    assertTrue(String.valueOf(e.getMessage()).contains(why), e.getMessage());
  }

  @Test
  void aTestTableIsScoredByTheFinalClassifier() throws Exception {
    // Odd images are the test; what is a 9 there has a label that no training image has.
    Dataset<Row> odd = digits.where("crc32(path) % 2 = 1");
    Dataset<Row> renamed =
        odd.withColumn(
            "carried",
            when(col("carried.digit").equalTo("9"), map(lit("digit"), lit("nine")))
                .otherwise(col("carried")));
    var probe = probe(digits.where("crc32(path) % 2 = 0"), OPTIONS).testedOn(renamed);
    Dataset<Row> rows = probe.rows().persist();
    ProbeSummary summary = probe.summary(rows);
    long nines = odd.where("carried.digit = '9'").count();
    assertTrue(nines > 0);
    assertEquals(nines, summary.testWithoutClass());
    assertEquals(odd.count() - nines, Objects.requireNonNull(summary.test()).images());
    assertEquals(Digits.IMAGES - odd.count(), summary.trainingImages());
    assertTrue(summary.test().accuracy() > 0.85, summary::toString);
    assertTrue(summary.test().low() < summary.test().accuracy());
    assertNull(summary.model());
    assertFalse(probe.page(rows, summary).html().isEmpty());
    rows.unpersist();
  }

  @Test
  void aClassOfOneImageIsRefusedOrLeftOut() throws Exception {
    Dataset<Row> rows =
        digits.unionByName(
            digits
                .limit(1)
                .withColumn("path", lit("digits/single.png"))
                .withColumn("carried", map(lit("digit"), lit("single"))));
    refused("1 classes have one image only, such as ['single']", probe(rows, OPTIONS));
    var probe = probe(rows, new ProbeOptions(2, 0, List.of(0.01), false, 2, List.of(), 1));
    Dataset<Row> found = probe.rows().persist();
    ProbeSummary summary = probe.summary(found);
    assertEquals(Map.of("single", 1L), summary.leftOut());
    assertEquals(Digits.IMAGES, summary.images());
    assertNull(summary.test());
    found.unpersist();
  }

  @Test
  void aLearningCurveWithoutTestImagesIsRefused() {
    refused(
        "--images-per-class needs test images",
        probe(digits, new ProbeOptions(2, 0, List.of(0.01), false, 0, List.of(2), 1)));
  }

  @Test
  void embeddingsThatDoNotFitTheModelAreRefused() throws Exception {
    refused("the embeddings have 64 values, those of colours.onnx have 3", onColours(digits));
    refused(
        "the embeddings are of the model with SHA-256 null",
        onColours(digits.drop("model_sha256")));
    var e =
        assertThrows(
            UserException.class,
            () ->
                probe(digits, OPTIONS)
                    .writing(ModelReference.of(model.toString()), model.toString(), false));
    assertTrue(String.valueOf(e.getMessage()).contains("exists"), e.getMessage());
  }

  @Test
  void aLabelOfTwoLinesIsRefusedBeforeTraining() throws Exception {
    Dataset<Row> threeWide =
        digits
            .withColumn("embedding", slice(col("embedding"), 20, 3))
            .withColumn("carried", map(lit("digit"), concat(lit("a\n"), col("carried.digit"))));
    refused("the labels cannot be written to a model: labels: number 0", onColours(threeWide));
  }

  private static Probe onColours(Dataset<Row> rows) throws Exception {
    return probe(rows, OPTIONS)
        .writing(ModelReference.of(model.toString()), folder.resolve("new.onnx").toString(), false);
  }

  @Test
  void aModelWithoutAnEmbeddingIsRefused() throws Exception {
    String card = Files.readString(ForeignModels.card("resnet"));
    Path without =
        Files.writeString(
            folder.resolve("resnet.card.conf"), card.replaceAll("(?m)^embedding.*$", ""));
    var reference =
        new ModelReference(ForeignModels.onnx("resnet").toString(), null, without.toString());
    var e =
        assertThrows(
            UserException.class,
            () ->
                probe(digits, OPTIONS)
                    .writing(reference, folder.resolve("new.onnx").toString(), false));
    assertTrue(String.valueOf(e.getMessage()).contains("has no embedding"), e.getMessage());
  }
}
