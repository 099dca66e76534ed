package io.repvit.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.repvit.inference.OnnxProbe.Optimisation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OnnxProbeTest {
  @Test
  void aFileThatIsNoModelIsRefused() {
    assertThrows(IllegalStateException.class, OnnxProbeTest::probeNothing);
  }

  /** Without a stack of its own for the start this JVM ends with signal 11, code 139. */
  @Test
  void aLongCommandLineDoesNotKillTheJvm() throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dpadding=" + "a".repeat(60_000),
            "-cp",
            classPath,
            LongCommandLine.class.getName());
    builder.environment().remove("ORT_DISABLE_TELEMETRY");
    Process child = builder.redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(LongCommandLine.ALIVE, child.waitFor(), output);
  }

  static void probeNothing() {
    OnnxProbe.run(new byte[] {1, 2, 3}, Optimisation.ALL, "x", new float[1], 1);
  }

  /** The other JVM's program. */
  static final class LongCommandLine {
    static final int ALIVE = 42;

    private LongCommandLine() {}

    public static void main(String[] args) {
      try {
        probeNothing();
      } catch (IllegalStateException e) {
        System.exit(ALIVE);
      }
    }
  }
}
