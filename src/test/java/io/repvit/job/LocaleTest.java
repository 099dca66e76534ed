package io.repvit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Driver and executors under locales that machines have. */
@Tag("slow")
class LocaleTest {
  private static final String CLUSTER = "local-cluster[1,2,1024]";

  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void images() throws Exception {
    input = folder.resolve("input");
    Samples.garments(input, 2);
    Samples.photographs(input);
    Path photograph = Samples.children(input.resolve("photographs")).get(0);
    Files.copy(photograph, input.resolve("photographs/café ١ İı.jpg"));
  }

  @Test
  void aDriverWhoseFileNamesAreNotUtf8IsRefused() throws Exception {
    Run run = run("ascii", "local[1]", Map.of("LC_ALL", "C"));
    assertEquals(ExitCode.BAD_INPUT, run.exit(), run.err());
    assertEquals("", run.out());
    assertEquals(List.of(), Tables.filesBelow(run.output()));
    String line = run.err().strip().lines().reduce("", (first, last) -> last);
    assertTrue(
        line.startsWith("repvit classify: this JVM reads the names of files as "), run.err());
    assertTrue(line.contains("start it with LC_ALL=C.UTF-8"), line);
  }

  @Test
  void anExecutorWhoseFileNamesAreNotUtf8IsRefused() throws Exception {
    Run run = run("ascii", CLUSTER, Map.of(), "--conf", "spark.executorEnv.LC_ALL=C");
    assertEquals(ExitCode.BAD_INPUT, run.exit(), run.err());
    assertTrue(
        run.err()
            .lines()
            .anyMatch(
                l ->
                    l.startsWith("repvit classify: the executor on 127.0.0.1 reads")
                        && l.contains("set spark.executorEnv.LC_ALL to C.UTF-8")),
        run.err());
    assertEquals(List.of(), Tables.filesBelow(run.output().resolve("predictions")));
  }

  private record Run(int exit, String out, String err, Path output) {}

  private Run run(String name, String master, Map<String, String> environment, String... options)
      throws Exception {
    Path home = ChildSpark.sparkHome(folder.resolve("spark-" + name), ChildSpark.classPath());
    Path output = folder.resolve(name);
    String classes = Path.of("target/classes").toAbsolutePath().toString();
    var args = new ArrayList<>(List.of("--master", master));
    args.addAll(List.of("--conf", "spark.executor.extraClassPath=" + classes));
    args.addAll(List.of("--conf", "spark.executor.memory=512m"));
    args.addAll(List.of(options));
    args.addAll(List.of("spark-internal", "classify"));
    args.addAll(List.of("--model", Cli.MODEL.toAbsolutePath().toString()));
    args.addAll(List.of("--input", input.toString(), "--output", output.toString()));
    args.addAll(List.of("--date", Tables.DATE, "--run-id", Tables.RUN, "--partitions", "2"));
    try (ChildSpark spark =
        ChildSpark.submit(
            home,
            "1g",
            classes + File.pathSeparator + home + "/jars/*",
            environment,
            args.toArray(String[]::new))) {
      int exit = spark.await(120);
      return new Run(exit, spark.out(), spark.err(), output);
    }
  }
}
