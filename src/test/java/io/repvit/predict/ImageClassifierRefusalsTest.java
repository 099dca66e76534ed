package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UncheckedUserException;
import io.repvit.UserException;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageClassifierRefusalsTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();
  @TempDir static Path folder;
  private static String model;

  @BeforeAll
  static void write() throws Exception {
    model = Files.write(folder.resolve("m.onnx"), TinyModels.colours(1).bytes()).toString();
  }

  private static ImageClassifier classifier() {
    return new ImageClassifier().setModel(model);
  }

  @Test
  void onErrorFailNamesTheImageAndTheReason() {
    Dataset<Row> in =
        SPARK
            .session()
            .createDataFrame(
                List.of(RowFactory.create(RowFactory.create(new byte[] {1}, "file:/photos/a.jpg"))),
                new StructType()
                    .add(
                        "image",
                        new StructType()
                            .add("bytes", DataTypes.BinaryType)
                            .add("path", DataTypes.StringType)));
    var e =
        assertThrows(
            SparkException.class,
            () -> classifier().setOnError("fail").transform(in).collectAsList());
    String message = String.valueOf(UserException.reason(e));
    assertTrue(
        message.startsWith("file:/photos/a.jpg cannot be classified: decode/UNRECOGNISED, "),
        message);
    assertTrue(message.endsWith("set onError to 'row' to get the reason as a column"), message);
  }

  @Test
  void aModelThatCannotBeUsedIsRefusedBeforeAnyJob() {
    Dataset<Row> in =
        SPARK
            .session()
            .createDataFrame(
                List.of(RowFactory.create(new byte[] {1})),
                new StructType().add("image", DataTypes.BinaryType));
    assertRefused(
        UncheckedUserException.class,
        "model /none.onnx does not exist",
        () -> classifier().setModel("/none.onnx").transform(in));
    assertRefused(
        UncheckedUserException.class,
        "expected " + "0".repeat(64),
        () -> classifier().setModelSha256("0".repeat(64)).transform(in));
    assertRefused(
        IllegalArgumentException.class,
        "model is not set, expected path or URI of an ONNX file",
        () -> new ImageClassifier().transform(in));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image bigint | column 'image' has the type bigint, expected binary (encoded images), string (paths), struct<bytes binary, path string> or the type of Spark's image source",
        "image array<binary> | column 'image' has the type array<binary>, expected",
        "image struct<path:string> | column 'image' has the type struct<path:string>, expected",
        "image struct<bytes:string,path:string> | column 'image' has the type struct<bytes:string,path:string>, expected",
        "a int, b int | inputCol is 'image', but the columns are a, b; set inputCol to the column with the images",
        "image binary, Prediction int | outputCol is 'prediction', but there is such a column already; set outputCol to another name",
        "image binary, e int | embeddingCol is 'e', but there is such a column already; set embeddingCol to another name",
      })
  void aSchemaThatDoesNotFitIsRefused(String schema, String message) {
    assertRefused(
        IllegalArgumentException.class,
        message,
        () -> classifier().setEmbeddingCol("e").transformSchema(StructType.fromDDL(schema)));
  }

  @Test
  void paramsAreCheckedWhenTheyAreSet() {
    ImageClassifier c = classifier();
    assertRefused(
        IllegalArgumentException.class, "topK is '0', expected at least 1", () -> c.setTopK(0));
    assertRefused(
        IllegalArgumentException.class,
        "batchSize is '257', expected 1 to 256",
        () -> c.setBatchSize(257));
    assertRefused(
        IllegalArgumentException.class,
        "maxImageBytes is '0', expected at least 1",
        () -> c.setMaxImageBytes(0));
    assertRefused(
        IllegalArgumentException.class,
        "maxImagePixels is '268435456', expected 1 to 268435455",
        () -> c.setMaxImagePixels(1L << 28));
    assertRefused(
        IllegalArgumentException.class,
        "orientation is 'EXIF', expected 'exif' or 'ignore'",
        () -> c.setOrientation("EXIF"));
    assertRefused(
        IllegalArgumentException.class,
        "onError is 'skip', expected 'row' or 'fail'",
        () -> c.setOnError("skip"));
    assertRefused(
        IllegalArgumentException.class,
        "embeddingType is 'list', expected 'array' or 'vector'",
        () -> c.set(c.getParam("embeddingType"), "list"));
    assertRefused(
        IllegalArgumentException.class,
        "modelSha256 is 'A', expected 64 lower-case hex digits",
        () -> c.setModelSha256("A"));
    assertRefused(
        IllegalArgumentException.class,
        "inputCol is ' ', expected a text",
        () -> c.setInputCol(" "));
    assertEquals(12, c.params().length);
    assertTrue(
        c.explainParams().contains("topK: classes kept per image, at least 1 (default: 5)"),
        c.explainParams());
  }

  private static void assertRefused(
      Class<? extends Exception> type, String message, Executable action) {
    String found = String.valueOf(assertThrows(type, action).getMessage());
    assertTrue(found.contains(message), found);
  }
}
