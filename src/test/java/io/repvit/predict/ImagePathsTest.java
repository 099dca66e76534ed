package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.source.SourceObject;
import io.repvit.source.StubStore;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ImagePathsTest {
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

  @AfterEach
  void nothingIsLeftOpen() {
    assertEquals(0, OpenResources.handles());
    assertEquals(0, OpenResources.fetchThreads());
  }

  @Test
  void aPathCostsOneGetAndNoHead() {
    var store = new StubStore();
    store
        .configuration()
        .forEach(
            e ->
                SPARK.session().sparkContext().hadoopConfiguration().set(e.getKey(), e.getValue()));
    var paths = new ArrayList<Row>();
    for (int n = 0; n < 30; n++) {
      // The stub refuses to tell a length.
      SourceObject object = store.add("o" + n, n == 7 ? 0 : n == 8 ? 1001 : 200 * n % 1001);
      paths.add(RowFactory.create(object.path()));
    }
    paths.add(RowFactory.create((Object) null));
    paths.add(RowFactory.create("relative.png"));
    paths.add(RowFactory.create("s3a://key:secret@bucket/a.png"));
    paths.add(RowFactory.create(store.add("last", 3).path().replace("last", "gone")));
    Dataset<Row> in =
        SPARK
            .session()
            .createDataFrame(paths, new StructType().add("path", DataTypes.StringType))
            .coalesce(1);
    List<Row> out =
        classifier()
            .setInputCol("path")
            .setMaxImageBytes(1000)
            .transform(in)
            .selectExpr(
                "path",
                "prediction.error.stage || '/' || prediction.error.code",
                "prediction.error.message")
            .collectAsList();
    assertEquals(in.collectAsList(), out.stream().map(r -> RowFactory.create(r.get(0))).toList());
    List<String> expected = new ArrayList<>(Collections.nCopies(30, "decode/UNRECOGNISED"));
    expected.set(0, "list/EMPTY");
    expected.set(7, "list/EMPTY");
    expected.set(8, "list/TOO_MANY_BYTES");
    expected.addAll(Arrays.asList(null, "list/BAD_PATH", "list/BAD_PATH", "fetch/NOT_FOUND"));
    assertEquals(expected, out.stream().map(r -> r.getString(1)).toList());
    assertEquals(31, store.opened().size(), "opened " + store.opened());
    assertEquals(31, store.opened().stream().distinct().count());
    assertEquals(0, store.openStreams());
    assertTrue(!out.get(32).getString(2).contains("secret"), out.get(32).getString(2));
  }

  @Test
  void aLimitReadsNotMuchMoreThanItNeeds() {
    var store = new StubStore();
    store
        .configuration()
        .forEach(
            e ->
                SPARK.session().sparkContext().hadoopConfiguration().set(e.getKey(), e.getValue()));
    var paths = new ArrayList<Row>();
    for (int n = 0; n < 500; n++) {
      paths.add(RowFactory.create(store.add("o" + n, 9).path()));
    }
    Dataset<Row> in =
        SPARK
            .session()
            .createDataFrame(paths, new StructType().add("path", DataTypes.StringType))
            .coalesce(1);
    assertEquals(5, classifier().setInputCol("path").transform(in).limit(5).collectAsList().size());
    assertTrue(store.opened().size() < 100, store.opened().size() + " opened");
    assertEquals(0, store.openStreams());
  }
}
