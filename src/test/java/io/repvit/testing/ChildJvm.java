package io.repvit.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a JVM of its own says, for what is decided once in a JVM. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * Runs a class of these class paths to its end.
   *
   * @return the last line of its standard output
   * @throws AssertionError if it fails
   */
  public static String lastLine(List<String> options, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = child.waitFor();
    if (exit != 0) {
      throw new AssertionError("exit " + exit + " of " + command);
    }
    return said.lines().reduce("", (first, last) -> last);
  }
}
