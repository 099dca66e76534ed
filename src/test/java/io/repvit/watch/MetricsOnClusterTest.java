package io.repvit.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.cli.ChildSpark;
import io.repvit.cli.Cli;
import io.repvit.cli.Samples;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two executors in processes of their own, seen through the servlet of the driver. */
@Tag("slow")
class MetricsOnClusterTest {
  @TempDir Path folder;

  @Test
  void theDriverShowsTheSumsOfItsExecutors() throws Exception {
    Path images = folder.resolve("images");
    Samples.garments(images, 2);
    Samples.broken(images);
    Path home = ChildSpark.sparkHome(folder.resolve("spark"), ChildSpark.classPath());
    String classes =
        Path.of("target/classes").toAbsolutePath()
            + File.pathSeparator
            + Path.of("target/test-classes").toAbsolutePath();
    var args = new ArrayList<>(List.of("--master", "local-cluster[2,1,1024]"));
    Scrape.PROPERTIES.forEach((name, value) -> args.addAll(List.of("--conf", name + "=" + value)));
    args.addAll(
        List.of(
            "--conf",
            "spark.executor.extraClassPath=" + classes,
            "--conf",
            "spark.executor.memory=512m",
            "--class",
            MetricsOnCluster.class.getName(),
            "spark-internal",
            Cli.MODEL.toAbsolutePath().toString(),
            images.toString(),
            folder.resolve("out").toString()));
    try (ChildSpark driver =
        ChildSpark.submit(
            home, classes + File.pathSeparator + home + "/jars/*", args.toArray(String[]::new))) {
      assertEquals(0, driver.await(300), driver.err());
      assertEquals(
          List.of(
              "exit 0",
              "executors 2",
              "images true",
              "bytes true",
              "quarantined true",
              "resident true",
              "removed"),
          driver.out().lines().toList(),
          driver.err());
    }
  }
}
