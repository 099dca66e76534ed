package io.repvit.input;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.statistics.IOStatisticsContext;
import org.junit.jupiter.api.Test;

class HadoopDefaultsTest {
  /** Hadoop decides once in a JVM, so each case has one of its own. */
  @Test
  void streamsAreNotCountedByThreadOnceTheDefaultsAreLoaded() throws Exception {
    assertEquals("true", ask());
    assertEquals("false", ask("load"));
  }

  private static String ask(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName()));
    command.addAll(List.of(arguments));
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String answer = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor());
    return answer.strip();
  }

  /** Prints whether Hadoop counts by thread. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      if (arguments.length > 0) {
        HadoopDefaults.load();
      }
      System.out.println(IOStatisticsContext.enabled());
    }
  }
}
