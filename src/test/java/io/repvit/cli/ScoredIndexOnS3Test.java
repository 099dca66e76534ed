package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.run.ManyRuns;
import io.repvit.table.Destination;
import io.repvit.table.RunKey;
import io.repvit.testing.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index of what was scored, in an output on S3. */
@Tag("slow")
class ScoredIndexOnS3Test {
  private static final String BUCKET = "scored-index";

  /** Segments are merged when the last of so many is added, or earlier. */
  private static final int RUNS = 9;

  @TempDir private Path folder;

  @Test
  void runsThatExtendTheIndexAtOnceLoseNothing() throws Exception {
    Path runs = folder.resolve("runs-of-others");
    try (S3Server s3 = S3Server.start(folder);
        SparkSession spark = open(s3)) {
      ManyRuns.write(spark, runs, RUNS, 10, "model", "treatment");
      Path output = s3.createBucket(BUCKET).resolve("run");
      int last = -1;
      while (segments(output).stream().noneMatch(segment -> runs(segment) > 2)) {
        last++;
        publish(s3, runs, last);
        for (Set<String> found : atOnce(() -> scored(spark))) {
          assertEquals(expected(runs, last), found);
        }
      }
      List<String> segments = segments(output);
      assertEquals(expected(runs, last), scored(spark));
      assertEquals(segments, segments(output), "what has all runs is not added to");
      delete(output.resolve("runs/run_date=2026-01-01/run_id=r00000"));
      Set<String> without = new TreeSet<>(expected(runs, last));
      without.removeAll(expected(runs, 0));
      assertEquals(without, scored(spark));
    }
  }

  private static SparkSession open(S3Server s3) throws Exception {
    Map<String, String> properties = Cli.sparkConf(s3);
    properties.put("spark.sql.shuffle.partitions", "2");
    return Cli.with(properties, () -> Sparks.open("index"));
  }

  /** Paths, versions and whether they failed, as the index has them. */
  private static Set<String> scored(SparkSession spark) throws IOException {
    var key = new RunKey("s3a://" + BUCKET + "/run", LocalDate.parse(Tables.DATE), "next");
    var found = new TreeSet<String>();
    for (Row row :
        new Destination.Folders()
            .scored(key, spark, Destination.Index.UPDATED)
            .orElseThrow()
            .select("path", "version", "failed")
            .collectAsList()) {
      found.add(row.getString(0) + " " + row.getString(1) + " " + row.getBoolean(2));
    }
    return found;
  }

  /** The same of the runs up to one, as DuckDB reads their tables. */
  private static Set<String> expected(Path runs, int last) throws Exception {
    try (Tables tables = Tables.open(runs)) {
      var expected = new TreeSet<String>();
      for (List<Object> row :
          tables.rows(
              """
              select path || ' ' || etag || ' false', run_id from predictions
              union all select path || ' ' || etag || ' true', run_id from quarantine""")) {
        if (Integer.parseInt(row.get(1).toString().substring(1)) <= last) {
          expected.add((String) row.get(0));
        }
      }
      return expected;
    }
  }

  private static void publish(S3Server s3, Path runs, int run) throws IOException {
    String id = "run_id=r%05d/".formatted(run);
    for (String file : Tables.filesBelow(runs)) {
      if (file.contains(id) && !file.endsWith(".crc")) {
        s3.put(BUCKET, "run/" + file, Files.readAllBytes(runs.resolve(file)));
      }
    }
  }

  private static <T> List<T> atOnce(Callable<T> action) throws Exception {
    var threads = Executors.newFixedThreadPool(2);
    try {
      var results = new ArrayList<T>();
      for (Future<T> result : threads.invokeAll(List.of(action, action))) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /** The commit files of the index, sorted. */
  private static List<String> segments(Path output) throws IOException {
    var segments = new TreeSet<String>();
    for (String file : Tables.filesBelow(output.resolve("_scored"))) {
      if (file.endsWith(".json") && !file.contains("/")) {
        segments.add(Files.readString(output.resolve("_scored").resolve(file)));
      }
    }
    return List.copyOf(segments);
  }

  private static int runs(String segment) {
    try {
      return new ObjectMapper().readTree(segment).get("runs").size();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(segment, e);
    }
  }

  private static void delete(Path folder) throws IOException {
    for (String file : Tables.filesBelow(folder)) {
      Files.delete(folder.resolve(file));
    }
  }
}
