package io.repvit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole job where OpenCV's native libraries are missing: the same rows, and a line that says
 * so.
 */
@Tag("slow")
class DecoderFallbackTest {
  private static final Pattern NATIVES = Pattern.compile("(opencv|openblas|javacpp)-.*-linux-.*");

  @TempDir Path folder;

  @Test
  void rowsAreTheSameWithoutOpenCv() throws Exception {
    Path input = folder.resolve("input");
    Samples.photographs(input);
    copy(Path.of("src/test/resources/image/formats"), input.resolve("formats"));
    List<List<Object>> expected = rows(classPath(true), "with");
    assertTrue(expected.size() > 100, expected.size() + " rows");
    assertEquals(expected, rows(classPath(false), "without"));
  }

  private List<List<Object>> rows(String classPath, String name) throws Exception {
    Path output = folder.resolve(name);
    String[] args = {
      "--master",
      "local[2]",
      "spark-internal",
      "classify",
      "--model",
      Cli.MODEL.toString(),
      "--input",
      folder.resolve("input").toString(),
      "--output",
      output.toString(),
      "--date",
      Tables.DATE,
      "--run-id",
      Tables.RUN
    };
    try (var spark = ChildSpark.submit(folder, "1g", classPath, args)) {
      assertEquals(ExitCode.DONE, spark.await(300), spark.err());
      assertTrue(
          spark
              .err()
              .contains(
                  name.equals("with") ? "decoded by OpenCV" : "decoded by the JDK, more slowly"),
          spark.err());
    }
    try (Tables tables = Tables.open(output)) {
      assertEquals(0, tables.count("quarantine", "path not like '%README.md'"));
      return tables.rows(
          "select path, width, height, format, label, score, embedding::varchar, preprocessing"
              + " from predictions order by path");
    }
  }

  private static String classPath(boolean natives) throws Exception {
    return Stream.concat(
            Stream.of(Path.of("target/classes").toAbsolutePath()), ChildSpark.classPath().stream())
        .filter(jar -> natives || !NATIVES.matcher(jar.getFileName().toString()).matches())
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void copy(Path from, Path to) throws Exception {
    Files.createDirectories(to);
    for (Path file : Samples.children(from)) {
      // The JVM's decoder may not have arithmetic coding.
      if (!file.getFileName().toString().startsWith("arithmetic")) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
