package io.repvit.predict;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.repvit.UserException;
import io.repvit.testing.Await;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * The driver of {@link TransformOnClusterTest}: tasks with transformers that end early, each in
 * another way. Its argument is a folder.
 */
public final class TransformOnCluster {
  private static final String GROUP = "killed";

  private TransformOnCluster() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      Path one = Files.write(folder.resolve("one.onnx"), TinyModels.colours(1).bytes());
      Path two = Files.write(folder.resolve("two.onnx"), TinyModels.colours(2).bytes());
      System.out.println("limit " + images(spark, one, two, 100).limit(5).collectAsList().size());
      System.out.println("all " + images(spark, one, two, 100).count());
      try {
        images(spark, one, two, 100).mapPartitions(ending(null), Encoders.STRING()).count();
      } catch (Exception e) {
        System.out.println("failed " + UserException.reason(e).contains("the third row"));
      }
      var killed = new Thread(() -> run(spark, one, two, folder));
      killed.start();
      Await.until("a task classifies", () -> Files.exists(folder.resolve("started")));
      spark.sparkContext().cancelJobGroup(GROUP);
      killed.join();
      // The tasks end after the job; one more stage is only done when they are.
      System.out.println("later " + images(spark, one, two, 10).count());
    }
  }

  private static void run(SparkSession spark, Path one, Path two, Path folder) {
    spark.sparkContext().setJobGroup(GROUP, "", true);
    try {
      images(spark, one, two, 1_000_000_000L)
          .mapPartitions(ending(folder.resolve("started").toString()), Encoders.STRING())
          .count();
    } catch (Exception e) {
      System.out.println("cancelled " + String.valueOf(e.getMessage()).contains("cancelled"));
    }
  }

  /** Images and paths in two partitions, through two models. */
  private static Dataset<Row> images(SparkSession spark, Path one, Path two, long rows) {
    Dataset<Row> images =
        spark
            .range(0, rows, 1, 2)
            .select(
                when(lit(true), lit(TinyModels.png(0xc03010, 9, 9))).as("image"),
                lit(Path.of("src/demo/photographs/astronaut.jpg").toUri().toString()).as("path"));
    Dataset<Row> first = new ImageClassifier().setModel(one.toString()).transform(images);
    return new ImageClassifier()
        .setModel(two.toString())
        .setInputCol("path")
        .setOutputCol("second")
        .transform(first);
  }

  /** Throws at the third row, or tells at its first row that it has started and never ends. */
  private static MapPartitionsFunction<Row, String> ending(@Nullable String started) {
    return rows -> {
      rows.next();
      rows.next();
      if (started == null && TaskContext.getPartitionId() == 0) {
        throw new IllegalStateException("the third row");
      }
      if (started != null) {
        Files.writeString(Path.of(started), "");
      }
      return new Iterator<String>() {
        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public String next() {
          return rows.next().toString();
        }
      };
    };
  }
}
