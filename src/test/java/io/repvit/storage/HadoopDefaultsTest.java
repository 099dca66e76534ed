package io.repvit.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.testing.ChildJvm;
import java.util.List;
import org.apache.hadoop.fs.statistics.IOStatisticsContext;
import org.junit.jupiter.api.Test;

class HadoopDefaultsTest {
  /** Hadoop decides once in a JVM, so each case has one of its own. */
  @Test
  void streamsAreNotCountedByThreadOnceTheDefaultsAreLoaded() throws Exception {
    assertEquals("true", ChildJvm.lastLine(List.of(), Child.class));
    assertEquals("false", ChildJvm.lastLine(List.of(), Child.class, "load"));
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
