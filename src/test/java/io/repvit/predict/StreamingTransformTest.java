package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.Await;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A streaming query with a transformer that is stopped midway and started again. */
class StreamingTransformTest {
  private static final int FILES = 12;
  private static final StructType BINARY_FILE =
      StructType.fromDDL("path string, modificationTime timestamp, length bigint, content binary");
  private static final StructType TABLE = StructType.fromDDL("path string, content binary");

  @RegisterExtension
  static final LocalSpark SPARK = new LocalSpark(Map.of("spark.sql.shuffle.partitions", "2"));

  @TempDir Path folder;
  private Path in = Path.of("");
  private String model = "";

  @BeforeEach
  void write() throws Exception {
    in = Files.createDirectories(folder.resolve("in"));
    model = Files.write(folder.resolve("m.onnx"), TinyModels.colours(1).bytes()).toString();
  }

  @AfterEach
  void nothingIsLeftOpen() {
    assertEquals(0, OpenResources.handles());
  }

  private static byte[] image(int n) {
    return TinyModels.png(n % 2 == 0 ? 0xc03010 : 0x1010ff, 9, 9 + n);
  }

  private static String row(int n) {
    return n + (n % 2 == 0 ? " red " : " blue ") + (9 + n);
  }

  @Test
  void filesOfAStreamAreWrittenExactlyOnce() throws Exception {
    for (int n = 0; n < FILES; n++) {
      Files.write(in.resolve(n + ".png"), image(n));
    }
    assertExactlyOnce("binaryFile", BINARY_FILE, FILES);
    Files.write(in.resolve(FILES + ".png"), image(FILES));
    query("binaryFile", BINARY_FILE, Trigger.AvailableNow()).awaitTermination();
    assertRows(FILES + 1);
  }

  @Test
  void rowsOfAParquetStreamAreWrittenExactlyOnce() throws Exception {
    SparkSession spark = SPARK.session();
    for (int n = 0; n < FILES; n++) {
      List<Row> rows = List.of(RowFactory.create("/x/" + n + ".png", image(n)));
      spark.createDataFrame(rows, TABLE).coalesce(1).write().mode("append").parquet(in.toString());
    }
    assertExactlyOnce("parquet", TABLE, FILES);
  }

  private void assertExactlyOnce(String format, StructType schema, int rows) throws Exception {
    StreamingQuery stopped = query(format, schema, Trigger.ProcessingTime(0));
    Await.until("two batches are written", () -> committed() >= 2);
    stopped.stop();
    assertTrue(committed() < rows, "all batches were written before the query was stopped");
    query(format, schema, Trigger.AvailableNow()).awaitTermination();
    assertRows(rows);
  }

  private StreamingQuery query(String format, StructType schema, Trigger trigger) throws Exception {
    Dataset<Row> images =
        SPARK
            .session()
            .readStream()
            .format(format)
            .schema(schema)
            .option("maxFilesPerTrigger", 1)
            .load(in.toString());
    return new ImageClassifier()
        .setModel(model)
        .setInputCol("content")
        .transform(images)
        .select("path", "prediction")
        .writeStream()
        .format("parquet")
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .trigger(trigger)
        .start(folder.resolve("out").toString());
  }

  /** Batches that the sink has committed. */
  private int committed() throws Exception {
    Path log = folder.resolve("out/_spark_metadata");
    if (Files.notExists(log)) {
      return 0;
    }
    try (var files = Files.list(log)) {
      return (int)
          files.filter(f -> f.getFileName().toString().matches("\\d+(\\.compact)?")).count();
    }
  }

  private void assertRows(int rows) {
    var found = new ArrayList<String>();
    SPARK
        .session()
        .read()
        .parquet(folder.resolve("out").toString())
        .selectExpr(
            "regexp_extract(path, '(\\\\d+).png', 1)", "prediction.label", "prediction.height")
        .collectAsList()
        .forEach(r -> found.add(r.getString(0) + " " + r.getString(1) + " " + r.getInt(2)));
    found.sort(null);
    assertEquals(
        IntStream.range(0, rows).mapToObj(StreamingTransformTest::row).sorted().toList(), found);
  }
}
