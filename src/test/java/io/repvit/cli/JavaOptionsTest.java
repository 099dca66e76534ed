package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The options of {@code java} against those of the launcher of the Spark that is embedded. */
@Tag("embedded")
class JavaOptionsTest {
  private static final String REMOVED_IN_JAVA_24 =
      "--add-opens=java.base/sun.security.action=ALL-UNNAMED";

  @Test
  void theOptionsAreThoseOfSparksLauncher() throws Exception {
    var expected =
        new TreeSet<>(List.of(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
    expected.add("-Dfile.encoding=UTF-8");
    assertEquals(expected, new TreeSet<>(options("java.options")));
  }

  @Test
  void java24LacksOnlyThePackageThatWasRemoved() throws Exception {
    List<String> expected = options("java.options");
    expected.remove(REMOVED_IN_JAVA_24);
    assertEquals(expected, options("java24.options"));
  }

  private static List<String> options(String file) throws Exception {
    var lines = new ArrayList<>(Files.readAllLines(Path.of("conf", file)));
    lines.removeIf(line -> line.startsWith("#"));
    return lines;
  }
}
