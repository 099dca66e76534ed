package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConvolutionTest {
  /** As on ARM with NEON alone; the JVM decides once, so each case has one of its own. */
  @Test
  void aMachineWithNarrowVectorsOrAJvmWithoutTheirModuleHasPlainLoops() throws Exception {
    assertEquals("PlainConvolution", best("--add-modules=jdk.incubator.vector", "16"));
    assertEquals("PlainConvolution", best("-Dnone", "64"));
  }

  private static String best(String option, String mostBytes) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option,
                "-XX:MaxVectorSize=" + mostBytes,
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String answer = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor());
    return answer.lines().reduce((first, last) -> last).orElse("nothing");
  }

  /** Prints the implementation that a JVM takes. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      System.out.println(Convolution.best().getClass().getSimpleName());
    }
  }
}
