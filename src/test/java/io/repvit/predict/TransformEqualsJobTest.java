package io.repvit.predict;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.cli.Cli;
import io.repvit.cli.Samples;
import io.repvit.image.MeasureOptions;
import io.repvit.run.RunJob;
import io.repvit.source.Input;
import io.repvit.table.RunKey;
import io.repvit.testing.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The transformer gives the rows of the batch job, for the same images. */
class TransformEqualsJobTest {

  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();
  @TempDir static Path folder;

  private static Map<String, String> ofTheJob;
  private static Dataset<Row> files;

  @BeforeAll
  static void run() throws Exception {
    Path images = folder.resolve("images");
    Samples.garments(images, 2);
    Samples.photographs(images);
    Samples.broken(images.resolve("broken"));
    Files.copy(
        images.resolve("photographs/astronaut.jpg"), images.resolve("the same as another.jpg"));
    var key = new RunKey(folder.resolve("out").toString(), LocalDate.EPOCH, "job");
    RunJob.builder(new Input.Files(List.of(images.toString())), Cli.MODEL.toString(), key)
        .options(options())
        .build()
        .run(SPARK.session());
    ofTheJob = new TreeMap<>();
    for (Row row : read("predictions").selectExpr("path", answer("")).collectAsList()) {
      ofTheJob.put(row.getString(0), row.getString(1));
    }
    for (Row row : read("quarantine").selectExpr("path", "stage", "code").collectAsList()) {
      ofTheJob.put(row.getString(0), row.getString(1) + "/" + row.getString(2));
    }
    files =
        SPARK
            .session()
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", true)
            .load(images.toString());
    // Spark's source leaves empty files out.
    Row empty =
        RowFactory.create(
            "file:" + images.resolve("broken/empty.jpg"), new Timestamp(0), 0L, new byte[0]);
    files = files.union(SPARK.session().createDataFrame(List.of(empty), files.schema()));
  }

  /** The label, and a hash of all that is told of a prediction. */
  private static String answer(String prefix) {
    String all =
        Stream.of("label_index", "score", "top_k", "embedding", "width", "height", "format")
            .map(prefix::concat)
            .collect(Collectors.joining(", "));
    return "%slabel || ' ' || sha2(to_json(struct(%s)), 256)".formatted(prefix, all);
  }

  private static Dataset<Row> read(String table) {
    return SPARK.session().read().parquet(folder.resolve("out").resolve(table).toString());
  }

  private static ClassifyOptions options() {
    ClassifyOptions d = ClassifyOptions.DEFAULT;
    return new ClassifyOptions(
        d.batch(),
        d.topK(),
        d.limits(),
        d.decoding(),
        d.window(),
        d.partitions(),
        1,
        0,
        MeasureOptions.NONE);
  }

  @AfterAll
  static void nothingIsLeftOpen() {
    assertEquals(0, OpenResources.handles());
    assertEquals(0, OpenResources.fetchThreads());
  }

  @Test
  void theFilesCoverPredictionsAndReasons() {
    List<String> reasons = ofTheJob.values().stream().filter(v -> v.contains("/")).toList();
    assertEquals(20 + 11 + 1, ofTheJob.size() - reasons.size());
    assertTrue(reasons.contains("decode/NOT_AN_IMAGE"), reasons.toString());
    assertEquals(6, reasons.size(), reasons.toString());
  }

  @Test
  void bytesOfFilesGiveTheRowsOfTheJob() {
    assertRowsOfTheJob(files, "content");
  }

  @Test
  void structsOfBytesAndPathGiveTheRowsOfTheJob() {
    assertRowsOfTheJob(
        files.select(col("path"), struct(col("content").as("bytes"), col("path")).as("image")),
        "image");
  }

  @Test
  void pathsGiveTheRowsOfTheJob() {
    assertRowsOfTheJob(files.select("path"), "path");
  }

  private static void assertRowsOfTheJob(Dataset<Row> images, String column) {
    List<Row> rows =
        new ImageClassifier()
            .setModel(Cli.MODEL.toString())
            .setInputCol(column)
            .setOutputCol("p")
            .transform(images)
            .selectExpr(
                "path",
                "coalesce(p.error.stage || '/' || p.error.code, " + answer("p.") + ")",
                "p.error.message")
            .collectAsList();
    var found = new TreeMap<String, String>();
    rows.forEach(row -> found.put(row.getString(0), row.getString(1)));
    assertEquals(difference(ofTheJob, found), difference(found, ofTheJob));
    assertEquals(found.size(), rows.size());
  }

  private static Set<Map.Entry<String, String>> difference(
      Map<String, String> all, Map<String, String> without) {
    var left = new HashSet<>(all.entrySet());
    left.removeAll(without.entrySet());
    return left;
  }
}
