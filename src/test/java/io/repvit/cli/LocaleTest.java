package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Driver and executors under the locales and character sets that machines have. */
@Tag("slow")
class LocaleTest {
  /** Both JVMs take options from here; an executor's own options are the user's to set. */
  private static final String OPTIONS = "JAVA_TOOL_OPTIONS";

  private static final String CLUSTER = "local-cluster[1,2,1024]";

  /** What is the same of two runs on the same input. */
  private static final List<String> SAME =
      List.of(
          "listed",
          "predicted",
          "quarantined",
          "quarantine_reasons",
          "left_out",
          "labels",
          "scores",
          "embedding_mean",
          "input_digest");

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
  void turkishAndEgyptianRunsAreThoseOfTheUnitedStates() throws Exception {
    Run english =
        run("english", "local[2]", Map.of(OPTIONS, "-Duser.language=en -Duser.country=US"));
    assertEquals(ExitCode.DONE, english.exit(), english.err());
    assertSame(
        english, run("arabic", CLUSTER, Map.of(OPTIONS, "-Duser.language=ar -Duser.country=EG")));
    assertSame(
        english,
        run("turkish", "local[2]", Map.of(OPTIONS, "-Duser.language=tr -Duser.country=TR")));
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
  void anExecutorWhoseFileNamesAreNotUtf8EndsTheRunAtOnce() throws Exception {
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
    assertFalse(run.err().contains("Lost task"), () -> "tried again:\n" + run.err());
    assertEquals(List.of(), Tables.filesBelow(run.output().resolve("predictions")));
  }

  private record Run(int exit, String out, String err, Path output) {}

  private void assertSame(Run expected, Run found) throws Exception {
    assertEquals(ExitCode.DONE, found.exit(), found.err());
    assertEquals(names(expected), names(found));
    assertEquals(Tables.answers(expected.output(), input), Tables.answers(found.output(), input));
    for (String key : SAME) {
      JsonNode value = Tables.manifest(expected.output()).get(key);
      assertNotNull(value, key);
      assertEquals(value, Tables.manifest(found.output()).get(key), key);
    }
    assertEquals(summary(expected), summary(found));
  }

  private static List<String> names(Run run) throws Exception {
    return Tables.filesBelow(run.output()).stream()
        .filter(f -> !f.endsWith(".crc"))
        .map(f -> f.replaceAll("-[0-9a-f]{8,}\\.", "-HASH."))
        .sorted()
        .toList();
  }

  /** Without what is measured, but with the form of all numbers: every digit is a 0. */
  private static String summary(Run run) {
    return run.out().replace(run.output().toString(), "OUTPUT").replaceAll("[0-9]+", "0");
  }

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
