package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.cli.ChildSpark;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two executors in processes of their own say what tasks with transformers leave open. */
@Tag("slow")
class TransformOnClusterTest {
  @TempDir Path folder;

  @Test
  void tasksThatEndEarlyLeaveNothingOpenInAnyExecutor() throws Exception {
    Path home = ChildSpark.sparkHome(folder.resolve("spark"), ChildSpark.classPath());
    String classes =
        Path.of("target/classes").toAbsolutePath()
            + File.pathSeparator
            + Path.of("target/test-classes").toAbsolutePath();
    var spark = new TreeMap<>(LeftOpen.properties(folder));
    spark.put("spark.executor.extraClassPath", classes);
    spark.put("spark.executor.memory", "512m");
    spark.put("spark.task.maxFailures", "1");
    var args = new ArrayList<>(List.of("--master", "local-cluster[2,1,1024]"));
    spark.forEach((name, value) -> args.addAll(List.of("--conf", name + "=" + value)));
    args.addAll(
        List.of(
            "--class", TransformOnCluster.class.getName(), "spark-internal", folder.toString()));
    try (ChildSpark driver =
        ChildSpark.submit(
            home, classes + File.pathSeparator + home + "/jars/*", args.toArray(String[]::new))) {
      assertEquals(0, driver.await(300), driver.err());
      assertEquals(
          List.of("limit 5", "all 100", "failed true", "cancelled true", "later 10"),
          driver.out().lines().toList());
    }
    Set<String> lines = LeftOpen.lines(folder);
    // Two models: a session and a batch each, in any executor that has classified.
    String open = LeftOpen.sessions(2);
    assertTrue(lines.contains("succeeded: " + open), lines.toString());
    assertTrue(lines.contains("failed: " + open), lines.toString());
    for (String line : lines) {
      String left = line.substring(line.indexOf(": ") + 2);
      assertTrue(Set.of(open, LeftOpen.NO_SESSION).contains(left), line);
    }
  }
}
