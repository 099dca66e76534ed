package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {

  @Command(name = "hungry")
  static final class Hungry implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new OutOfMemoryError("Java heap space");
    }
  }

  @Command(name = "deep")
  static final class Deep implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new StackOverflowError();
    }
  }

  @Test
  void aJvmThatIsTooSmallForItsInputEndsInOneLine() {
    assertFails(
        ExitCode.FAILED,
        new Hungry(),
        "hungry: failed: out of memory, Java heap space; give the JVM more memory; ");
    assertFails(
        ExitCode.BAD_INPUT, new Deep(), "deep: failed: a file of the input is nested too deeply; ");
  }

  private static void assertFails(int code, Object command, String line) {
    var err = new StringWriter();
    var parsed = new CommandLine(command).setErr(new PrintWriter(err, true));
    assertEquals(code, Main.execute(parsed));
    assertTrue(err.toString().startsWith(line), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }
}
