package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.repvit.cli.Samples;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ImageClassifierTest {
  private static final int RED = 0xc03010;
  private static final int GREEN = 0x20d040;
  private static final int BLUE = 0x1010ff;

  private static final StructType IMAGES =
      new StructType()
          .add("n", DataTypes.IntegerType)
          .add("image", DataTypes.BinaryType)
          .add("at", DataTypes.TimestampType)
          .add("tags", DataTypes.createMapType(DataTypes.StringType, DataTypes.DateType));

  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();
  @TempDir static Path folder;
  private static String model;

  @BeforeAll
  static void write() throws Exception {
    model = Files.write(folder.resolve("m.onnx"), TinyModels.colours(1).bytes()).toString();
  }

  @AfterEach
  void nothingIsLeftOpen() {
    assertEquals(0, OpenResources.handles());
    assertEquals(0, OpenResources.fetchThreads());
  }

  private static ImageClassifier classifier() {
    return new ImageClassifier().setModel(model);
  }

  private static Dataset<Row> rows(@Nullable Object... images) {
    var rows = new ArrayList<Row>();
    for (int n = 0; n < images.length; n++) {
      rows.add(
          RowFactory.create(n, images[n], new Timestamp(n), Collections.singletonMap("a", null)));
    }
    return SPARK.session().createDataFrame(rows, IMAGES).coalesce(1);
  }

  private static List<String> labels(Dataset<Row> classified) {
    return classified
        .selectExpr("coalesce(prediction.label, prediction.error.code, 'null')")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void rowsKeepTheirOrderAndTheirOtherColumns() {
    byte[] red = TinyModels.png(RED, 40, 33);
    byte[] green = TinyModels.png(GREEN, 20, 20);
    byte[] text = {'t', 'e', 'x', 't'};
    // Duplicates, nulls and bad images between the images of a batch.
    Object[] images = {
      red,
      null,
      text,
      red,
      green,
      null,
      TinyModels.png(BLUE, 9, 9),
      red,
      text,
      new byte[0],
      green,
      red,
      red,
      TinyModels.png(BLUE, 8, 9),
      null
    };
    Dataset<Row> in = rows(images);
    Dataset<Row> out = classifier().transform(in);
    assertEquals(
        List.of(
            "red",
            "null",
            "UNRECOGNISED",
            "red",
            "green",
            "null",
            "blue",
            "red",
            "UNRECOGNISED",
            "EMPTY",
            "green",
            "red",
            "red",
            "blue",
            "null"),
        labels(out));
    assertEquals(in.collectAsList(), out.drop("prediction").collectAsList());
    List<Row> nulls = out.where("image is null").select("prediction").collectAsList();
    assertEquals(3, nulls.size());
    nulls.forEach(row -> assertNull(row.get(0)));
  }

  @Test
  void aLongRowOfDuplicatesIsClassifiedInParts() {
    Object[] images = new Object[200];
    Arrays.fill(images, TinyModels.png(RED, 12, 12));
    List<Row> rows =
        classifier().transform(rows(images)).select("n", "prediction.label").collectAsList();
    for (int n = 0; n < images.length; n++) {
      assertEquals(RowFactory.create(n, "red"), rows.get(n));
    }
  }

  @Test
  void aStructHasAllThatIsKnownOfAnImage() {
    Row row =
        classifier()
            .setTopK(2)
            .transform(rows(TinyModels.png(RED, 40, 33), new byte[] {1}))
            .collectAsList()
            .get(0);
    Row prediction = row.getAs("prediction");
    assertEquals("red", prediction.getAs("label"));
    assertEquals(0, prediction.<Integer>getAs("label_index"));
    assertEquals(
        List.of("red", "green"),
        prediction.<Row>getList(prediction.fieldIndex("top_k")).stream()
            .map(r -> r.getString(0))
            .toList());
    List<Float> embedding = prediction.getList(prediction.fieldIndex("embedding"));
    assertEquals(
        List.of(2.53f, -3.12f, -4.37f),
        embedding.stream().map(v -> Math.round(v * 100) / 100f).toList());
    assertEquals(
        List.of(40, 33, "PNG"),
        List.of(prediction.getAs("width"), prediction.getAs("height"), prediction.getAs("format")));
    assertNull(prediction.getAs("error"));
    assertEquals(
        "struct<label:string,label_index:int,score:float,"
            + "top_k:array<struct<label:string,label_index:int,score:float>>,embedding:array<float>,"
            + "width:int,height:int,format:string,"
            + "error:struct<stage:string,code:string,message:string>>",
        prediction.schema().catalogString());
  }

  @Test
  void anEmbeddingCanBeAVectorInAColumnOfItsOwn() {
    Dataset<Row> out =
        classifier()
            .setEmbeddingCol("features")
            .setEmbeddingType("vector")
            .transform(rows(TinyModels.png(0xff0000, 4, 4), new byte[] {1}));
    assertEquals(
        List.of("n", "image", "at", "tags", "prediction", "features"), List.of(out.columns()));
    assertEquals(
        -1,
        ImageColumn.index((StructType) out.schema().apply("prediction").dataType(), "embedding"));
    List<Row> rows = out.collectAsList();
    assertEquals(Vectors.dense(5, -5, -5), rows.get(0).getAs("features"));
    assertNull(rows.get(1).getAs("features"));
  }

  @Test
  void pixelsOfSparksImageSourceAreClassified() throws Exception {
    Path images = Files.createDirectories(folder.resolve("pixels"));
    Samples.photographs(images);
    Dataset<Row> pixels =
        SPARK
            .session()
            .read()
            .format("image")
            .option("dropInvalid", true)
            .option("recursiveFileLookup", true)
            .load(images + "/photographs");
    Dataset<Row> files =
        SPARK
            .session()
            .read()
            .format("binaryFile")
            .load(images + "/photographs/*.png")
            .select("path", "content");
    Map<String, String> ofPixels =
        answers(classifier().transform(pixels).selectExpr("image.origin", "prediction"));
    Map<String, String> ofFiles =
        answers(
            classifier().setInputCol("content").transform(files).selectExpr("path", "prediction"));
    assertEquals(2, ofFiles.size(), "a grey and a colour image");
    ofFiles.forEach(
        (path, answer) ->
            assertEquals(answer, ofPixels.get(path.substring(path.lastIndexOf('/') + 1)), path));
  }

  private static Map<String, String> answers(Dataset<Row> rows) {
    var answers = new TreeMap<String, String>();
    for (Row row :
        rows.selectExpr(
                "element_at(split(" + rows.columns()[0] + ", '/'), -1)",
                "to_json(struct(prediction.label, prediction.score, prediction.embedding, prediction.width))")
            .collectAsList()) {
      answers.put(row.getString(0), row.getString(1));
    }
    return answers;
  }

  @Test
  void rawPixelsOfOneThreeAndFourChannelsAreClassified() {
    StructType schema = new StructType().add("image", ImageSchema.columnSchema());
    byte[] grey = {10, 20};
    byte[] bgr = {0, 0, (byte) 255, 0, 0, (byte) 255};
    byte[] bgra = {
      0, (byte) 255, 0, (byte) 255, 9, 9, 9, 0
    }; // a green pixel, and a clear one, which is white
    Dataset<Row> out =
        classifier()
            .transform(
                SPARK
                    .session()
                    .createDataFrame(
                        List.of(
                            pixels(1, 0, grey),
                            pixels(3, 16, bgr),
                            pixels(4, 24, bgra),
                            pixels(3, 0, bgr),
                            pixels(3, 16, grey),
                            pixels(-1, -1, new byte[0])),
                        schema));
    assertEquals(List.of("red", "red", "green", "CORRUPT", "CORRUPT", "CORRUPT"), labels(out));
    List<Row> embeddings =
        out.selectExpr("prediction.embedding[0]", "prediction.embedding[1]").collectAsList();
    assertEquals((15 / 255f - 0.5f) / 0.1f, embeddings.get(0).getFloat(0), 1e-4);
    assertEquals(5, embeddings.get(1).getFloat(0), 1e-4);
    assertEquals(-5, embeddings.get(1).getFloat(1), 1e-4);
    assertEquals(0, embeddings.get(2).getFloat(0), 0.1); // half black, half white
    assertEquals(5, embeddings.get(2).getFloat(1), 1e-4);
  }

  private static Row pixels(int channels, int mode, byte[] data) {
    return RowFactory.create(RowFactory.create("file:/a.png", 1, 2, channels, mode, data));
  }

  @Test
  void aCopyHasTheParamsAndTheExtraOnes() {
    ImageClassifier copy =
        classifier()
            .setTopK(3)
            .copy(new ParamMap().put(new ImageClassifier("other").onError(), "row"));
    assertEquals(3, copy.getTopK());
    ImageClassifier c = classifier();
    assertEquals(9, c.copy(new ParamMap().put(c.batchSize(), 9)).getBatchSize());
    assertEquals(c.uid(), c.copy(new ParamMap()).uid());
  }

  @Test
  void maxImagePixelsAndOrientationDecideAboutAnImage() {
    byte[] red = TinyModels.png(RED, 40, 33);
    assertEquals(
        List.of("TOO_MANY_PIXELS"),
        labels(classifier().setMaxImagePixels(1000).transform(rows(red))));
    assertEquals(
        List.of("TOO_MANY_BYTES"),
        labels(classifier().setMaxImageBytes(red.length - 1).transform(rows(red))));
    assertArrayEquals(
        new String[] {"red"},
        labels(classifier().setBatchSize(1).setOrientation("ignore").transform(rows(red)))
            .toArray());
  }
}
