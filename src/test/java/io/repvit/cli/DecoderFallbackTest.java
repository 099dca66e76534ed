package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
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
    List<List<Object>> expected = rows(ChildSpark.classPath(jar -> true), "with");
    assertTrue(expected.size() > 100, expected.size() + " rows");
    assertEquals(expected, rows(ChildSpark.classPath(jar -> !isNative(jar)), "without"));
  }

  private List<List<Object>> rows(String classPath, String name) throws Exception {
    Path output = folder.resolve(name);
    List<String> command = Cli.classifyArgs(folder.resolve("input").toString(), output.toString());
    try (var spark = ChildSpark.local(folder, "1g", classPath, command)) {
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

  private static boolean isNative(Path jar) {
    return NATIVES.matcher(jar.getFileName().toString()).matches();
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
