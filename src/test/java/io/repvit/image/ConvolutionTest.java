package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.testing.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionTest {
  /** As on ARM with NEON alone; the JVM decides once, so each case has one of its own. */
  @Test
  void withoutWideVectorsOrTheirModuleLoopsArePlain() throws Exception {
    assertEquals("PlainConvolution", best("--add-modules=jdk.incubator.vector", "16"));
    assertEquals("PlainConvolution", best("-Dnone", "64"));
  }

  private static String best(String option, String mostBytes) throws Exception {
    return ChildJvm.lastLine(List.of(option, "-XX:MaxVectorSize=" + mostBytes), Child.class);
  }

  /** Prints the implementation that a JVM takes. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      System.out.println(Convolution.best().getClass().getSimpleName());
    }
  }
}
