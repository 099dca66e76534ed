package io.repvit.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.LocalSpark;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions that need no model. Spark finds them by itself. */
class ImageSizeFunctionTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final String PHOTOGRAPHS = "binaryFile.`src/demo/photographs`";

  @Test
  void imagesOfAFolderHaveTheirSizesAndOtherFilesNone() {
    assertEquals(
        "README.md null, astronaut.jpg [512,512,JPEG], brick.png [320,320,PNG],"
            + " camera.jpg [512,512,JPEG], chelsea.png [320,213,PNG], coffee.jpg [600,400,JPEG],"
            + " grass.jpg [512,512,JPEG], gravel.webp [512,512,WEBP],"
            + " hubble_deep_field.webp [640,558,WEBP], retina.jpg [512,512,JPEG],"
            + " rocket.jpg [640,427,JPEG]",
        rows(
            "SELECT substring_index(path, '/', -1) name, image_size(content) FROM "
                + PHOTOGRAPHS
                + " ORDER BY name"));
  }

  @Test
  void aStructIsReadByItsFieldWithTheBytes() {
    assertEquals(
        "true true",
        rows(
            "SELECT every(image_size(struct(path, content)) <=> image_size(content)),"
                + " every(image_size(struct(content AS bytes, path)) <=> image_size(content)) FROM "
                + PHOTOGRAPHS));
  }

  @Test
  void nullHasNoSize() {
    assertEquals("null null", rows("SELECT image_size(NULL), image_size(CAST(NULL AS BINARY))"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image_size('a.jpg') | image_size: the image 'a.jpg' is STRING, expected BINARY or a STRUCT"
            + " with a field content or bytes of BINARY; images of a folder are SELECT content FROM"
            + " binaryFile.`FOLDER`",
        "image_size(3) | image_size: the image 3 is INT, expected BINARY or a STRUCT with a field"
            + " content or bytes of BINARY; images of a folder are SELECT content FROM"
            + " binaryFile.`FOLDER`",
        "image_size() | image_size has 0 arguments, expected image_size(image)",
        "image_size(X'00', 'm') | image_size has 2 arguments, expected image_size(image)",
      })
  void wrongArgumentsAreRefusedByName(String call, String message) {
    var refusal = assertThrows(AnalysisException.class, () -> rows("SELECT " + call));
    assertEquals(message + "; line 1 pos 7", refusal.getMessage());
  }

  @Test
  void theFunctionIsDescribed() {
    assertEquals(
        """
        Function: image_size
        Class: io.repvit.image_size
        Usage: image_size(image) - Returns width, height and format of an image, as repvit_classify does, without decoding it. Returns null if image is null, no image, or has damaged headers.
        Extended Usage:
            Arguments:
              * image - encoded image: BINARY, or a STRUCT with such a field content or bytes

            Examples:
              > SELECT path, image_size(content).width FROM binaryFile.`src/demo/photographs`;
              > SELECT count(*) FROM binaryFile.`src/demo/photographs` WHERE image_size(content) IS NULL;
               1

        """,
        SPARK.session().sql("DESCRIBE FUNCTION EXTENDED image_size").collectAsList().stream()
            .map(row -> row.getString(0) + "\n")
            .collect(Collectors.joining()));
  }

  @Test
  void aPlanNamesTheFunctionAndWhatItReads() {
    String plan = plan("SELECT image_size(content).width FROM " + PHOTOGRAPHS);
    assertTrue(plan.contains("image_size(headers, content#"), plan);
  }

  /** On Spark 4.2 they are Spark's own, on 4.1 ours. */
  @ParameterizedTest
  @CsvSource({
    "vector_cosine_similarity, 0.96, null",
    "vector_inner_product, 24.0, 0.0",
    "vector_l2_distance, 1.4142135, 0.0",
  })
  void vectorsAreComparedOnEachSpark(String function, String result, String empty) {
    String of = "SELECT " + function;
    assertEquals(result, rows(of + "(array(3F, 4F), array(4F, 3F))"));
    assertEquals(empty, rows(of + "(a, a) FROM VALUES (CAST(array() AS ARRAY<FLOAT>)) t(a)"));
    assertEquals("null", rows(of + "(array(1.0F), array(CAST(NULL AS FLOAT)))"));
    assertEquals("null", rows(of + "(array(1.0F), CAST(NULL AS ARRAY<FLOAT>))"));
    assertThrows(AnalysisException.class, () -> rows(of + "(array(1.0D), array(1.0D))"));
    assertThrows(AnalysisException.class, () -> rows(of + "(array(1.0F))"));
    var unequal =
        assertThrows(Exception.class, () -> rows(of + "(array(1.0F, 2.0F), array(1.0F))"));
    assertTrue(
        String.valueOf(unequal.getMessage()).matches("(?s).*" + function + ".*2.*1.*"),
        unequal.getMessage());
    assertTrue(rows("DESCRIBE FUNCTION EXTENDED " + function).contains("Examples:"));
  }

  private static String plan(String query) {
    return rows("EXPLAIN EXTENDED " + query);
  }

  /** Rows as text: columns by spaces, rows by commas. */
  private static String rows(String query) {
    List<Row> rows = SPARK.session().sql(query).collectAsList();
    return rows.stream().map(row -> row.mkString(" ")).collect(Collectors.joining(", "));
  }
}
