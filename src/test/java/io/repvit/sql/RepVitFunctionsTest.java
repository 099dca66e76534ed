package io.repvit.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.LocalSpark;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** With a model that tells colours apart and whose embedding is the mean of each channel. */
class RepVitFunctionsTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  @TempDir static Path folder;

  private static String images = "";
  private static Path model = Path.of("");

  /** Three images, and a file that is none. */
  @BeforeAll
  static void write() throws Exception {
    model = Files.write(folder.resolve("colours.onnx"), TinyModels.colours(1).bytes());
    Path files = Files.createDirectory(folder.resolve("images"));
    Files.write(files.resolve("blue.png"), TinyModels.png(0x1010ff, 40, 30));
    Files.write(files.resolve("green.png"), TinyModels.png(0x20d040, 33, 44));
    Files.write(files.resolve("red.png"), TinyModels.png(0xc03010, 50, 60));
    Files.writeString(files.resolve("text.png"), "no picture");
    images = "binaryFile.`" + files + "`";
  }

  @BeforeEach
  void setModel() {
    SPARK.session().conf().set(SessionModel.MODEL, model.toString());
    SPARK.session().conf().unset(SessionModel.SHA256);
  }

  @Test
  void imagesGetLabelsAndOtherFilesAReason() {
    String columns = "p.label, p.label_index, p.score > 0.5, p.top_k[0].label, size(p.embedding)";
    assertEquals(
        "blue 2 true blue 3 40 30 PNG null, green 1 true green 3 33 44 PNG null,"
            + " red 0 true red 3 50 60 PNG null,"
            + " null null null null null null null null decode/UNRECOGNISED",
        rows(
            "SELECT "
                + columns
                + ", p.width, p.height, p.format, p.error.stage || '/' || p.error.code FROM"
                + " (SELECT path, repvit_classify(content) p FROM "
                + images
                + ") ORDER BY path"));
  }

  @Test
  void embeddingsAreThoseOfThePrediction() {
    assertEquals(
        "true 3",
        rows(
            "SELECT every(repvit_embed(content) <=> repvit_classify(content).embedding),"
                + " count(repvit_embed(content)) FROM "
                + images));
    assertEquals(
        "red",
        rows("SELECT b.name FROM (SELECT repvit_embed(content) e FROM "
                + images
                + " WHERE path LIKE '%/red.png') a CROSS JOIN"
                + " (SELECT split_part(path, '/', -1) name, repvit_embed(content) e FROM "
                + images
                + ") b WHERE vector_l2_distance(a.e, b.e) = 0")
            .replace(".png", ""));
  }

  @Test
  void nullIsNeitherClassifiedNorAnErrorAndNoBytesAreOne() {
    assertEquals(
        "null null EMPTY",
        rows(
            "SELECT repvit_classify(NULL), repvit_embed(CAST(NULL AS BINARY)),"
                + " repvit_classify(X'').error.code"));
  }

  @Test
  void viewsFiltersLimitsAndTablesUseTheFunctions() throws Exception {
    sql("CREATE OR REPLACE TEMP VIEW t AS SELECT path, repvit_classify(content) p FROM " + images);
    assertEquals(
        "green 44",
        rows("SELECT p.label, p.height FROM t WHERE p.label > 'blue' AND p.label < 'red'"));
    assertEquals(2, sql("SELECT p FROM t WHERE p.error IS NULL LIMIT 2").collectAsList().size());
    Path table = folder.resolve("table");
    sql("CREATE TABLE classified USING parquet LOCATION '" + table + "' AS SELECT * FROM t");
    assertEquals(
        "blue 1, green 1, red 1, null 1",
        rows("SELECT p.label, count(*) FROM classified GROUP BY 1 ORDER BY 1 NULLS LAST"));
    sql("DROP TABLE classified");
  }

  @Test
  void aStoredViewUsesTheModelOfTheSessionThatReadsIt() throws Exception {
    String view = "CREATE VIEW stored AS SELECT repvit_classify(content).score s FROM " + images;
    if (SPARK.session().version().startsWith("4.1.")) {
      // It takes the functions of every jar for temporary ones.
      var refusal = assertThrows(AnalysisException.class, () -> sql(view));
      assertEquals("INVALID_TEMP_OBJ_REFERENCE", refusal.getCondition());
      return;
    }
    sql(view);
    String first = rows("SELECT max(s) FROM stored");
    Path second = Files.write(folder.resolve("b.onnx"), TinyModels.colours(2).bytes());
    SPARK.session().conf().set(SessionModel.MODEL, second.toString());
    assertTrue(Float.parseFloat(rows("SELECT max(s) FROM stored")) > Float.parseFloat(first));
    sql("DROP VIEW stored");
  }

  @Test
  void aModelOfTheCallHasPriority() {
    SPARK.session().conf().set(SessionModel.MODEL, "none.onnx");
    SPARK.session().conf().set(SessionModel.SHA256, "0".repeat(64));
    assertEquals("3", rows("SELECT count(repvit_embed(content, '" + model + "')) FROM " + images));
  }

  @Test
  void plansNameTheModelAndHaveNoneOfItsBytes() {
    String plan = rows("EXPLAIN EXTENDED SELECT repvit_classify(content).label FROM " + images);
    assertTrue(plan.contains("repvit_classify(model=" + model + ", content#"), plan);
    assertTrue(plan.length() < 4000, plan);
  }

  @Test
  void theFunctionsAreDescribed() {
    for (String function : List.of("repvit_classify", "repvit_embed")) {
      String description = rows("DESCRIBE FUNCTION EXTENDED " + function);
      assertTrue(description.startsWith("Function: " + function + ", "), description);
      for (String part :
          List.of(
              "(image[, model]) - Returns",
              "* image - ",
              "* model - ",
              SessionModel.MODEL,
              "> SELECT ")) {
        assertTrue(description.contains(part), description);
      }
    }
  }

  @Test
  void whatIsWrongWithTheModelIsSaidBeforeAnyTask() {
    assertRefused(
        "repvit_classify: model " + folder + "/none.onnx does not exist",
        "repvit_classify(content, '" + folder + "/none.onnx')");
    assertRefused(
        "repvit_embed: the model is '', expected the URI of an ONNX file",
        "repvit_embed(content, '')");
    assertRefused(
        "repvit_embed: the URI of the model contains credentials, expected one without",
        "repvit_embed(content, 's3a://key:secret@models/m.onnx')");
    SPARK.session().conf().set(SessionModel.SHA256, "0".repeat(64));
    assertRefused(
        "repvit_classify: model " + model + " has SHA-256 " + TinyModels.colours(1).sha256(),
        "repvit_classify(content)");
    SPARK.session().conf().set(SessionModel.SHA256, "ABC");
    assertRefused(
        "repvit_classify: spark.repvit.modelSha256 is 'ABC', expected 64 lower-case hex digits",
        "repvit_classify(content)");
    SPARK.session().conf().unset(SessionModel.MODEL);
    assertRefused(
        "repvit_classify: there is no model, expected its URI as second argument or in the setting"
            + " spark.repvit.model; run SET spark.repvit.model=FILE.onnx",
        "repvit_classify(content)");
  }

  private static void assertRefused(String message, String call) {
    var refusal =
        assertThrows(AnalysisException.class, () -> sql("SELECT " + call + " FROM " + images));
    assertTrue(String.valueOf(refusal.getMessage()).startsWith(message), refusal.getMessage());
  }

  private static Dataset<Row> sql(String query) {
    return SPARK.session().sql(query);
  }

  /** Rows as text: columns by spaces, rows by commas. */
  private static String rows(String query) {
    return sql(query).collectAsList().stream()
        .map(row -> row.mkString(" "))
        .collect(Collectors.joining(", "));
  }
}
