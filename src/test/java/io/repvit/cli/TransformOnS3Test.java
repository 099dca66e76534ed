package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.predict.ImageClassifier;
import io.repvit.storage.HadoopDefaults;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.S3Server;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.statistics.IOStatisticsSource;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A column of paths of S3 that no listing has measured. */
class TransformOnS3Test {
  private static final String BUCKET = "column-images";

  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();
  @TempDir static Path folder;
  private static S3Server s3;

  @BeforeAll
  static void start() {
    HadoopDefaults.load();
    s3 = S3Server.start(folder);
    s3.createBucket(BUCKET);
    Configuration hadoop = SPARK.session().sparkContext().hadoopConfiguration();
    s3.hadoopProperties().forEach(hadoop::set);
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Test
  void aPathOnS3CostsOneGetAndKeepsItsConnection() throws Exception {
    var paths = new ArrayList<String>();
    var labels = new ArrayList<String>();
    for (Path photograph : Samples.children(Samples.PHOTOGRAPHS)) {
      if (photograph.toString().endsWith(".jpg")) {
        byte[] bytes = Files.readAllBytes(photograph);
        s3.put(BUCKET, photograph.getFileName().toString(), bytes);
        paths.add("s3://" + BUCKET + "/" + photograph.getFileName());
      }
    }
    s3.put(BUCKET, "empty.jpg", new byte[0]);
    s3.put(BUCKET, "large.jpg", new byte[150_001]);
    for (String name : List.of("empty.jpg", "large.jpg", "none.jpg")) {
      paths.add("s3a://" + BUCKET + "/" + name);
    }
    Dataset<String> column = SPARK.session().createDataset(paths, Encoders.STRING()).coalesce(1);
    Requests requests =
        Requests.of(
            s3,
            BUCKET,
            () -> {
              List<Row> rows =
                  new ImageClassifier()
                      .setModel(Cli.MODEL.toString())
                      .setInputCol("value")
                      .setMaxImageBytes(150_000)
                      .transform(column.toDF())
                      .selectExpr("coalesce(prediction.error.code, 'an image')")
                      .collectAsList();
              rows.forEach(row -> labels.add(row.getString(0)));
            });
    int images = paths.size() - 3;
    assertEquals(
        List.of("EMPTY", "TOO_MANY_BYTES", "NOT_FOUND"), labels.subList(images, paths.size()));
    assertEquals(List.of("an image"), labels.subList(0, images).stream().distinct().toList());
    assertEquals(new Requests(0, paths.size(), 0), requests);
    FileSystem fs = FileSystem.get(URI.create("s3a://" + BUCKET + "/"), new Configuration());
    Map<String, Long> counters = ((IOStatisticsSource) fs).getIOStatistics().counters();
    assertEquals(0L, counters.get("stream_aborted"));
  }
}
