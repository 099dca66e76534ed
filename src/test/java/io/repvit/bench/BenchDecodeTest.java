package io.repvit.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.cli.Cli;
import io.repvit.cli.Samples;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BenchDecodeTest {
  private static final String TIME = "\\d+\\.\\d{3} \\(\\d+\\.\\d{3} to \\d+\\.\\d{3}\\)";

  @Test
  void everyImageIsMeasuredInFullAndScaled() {
    String astronaut = Samples.PHOTOGRAPHS.resolve("astronaut.jpg").toString();
    List<String> all =
        Cli.bench("decode", "--images=1", "--rounds=1", "--side=64", "--resize-short=64")
            .done()
            .out()
            .lines()
            .toList();
    List<String> measures = all.stream().filter(l -> l.contains("quality measures")).toList();
    List<String> lines = all.stream().filter(l -> !measures.contains(l)).toList();
    assertEquals(all.stream().filter(l -> l.startsWith("  full")).count(), measures.size());
    matches("        quality measures TIME  hashes TIME", measures.get(0));
    assertEquals("500x375, 55025 bytes on average", lines.get(2));
    matches("  full  500x375 decoded  check TIME  decode TIME  resize TIME", lines.get(3));
    matches("  dct   250x188 decoded  check TIME  decode TIME  resize TIME", lines.get(4));
    matches("  full  4000x3000 decoded  check TIME  decode TIME  resize TIME", lines.get(13));
    matches("  dct   500x375 decoded  check TIME  decode TIME  resize TIME", lines.get(14));

    String photograph = Cli.bench("decode", "--rounds=1", "--photograph", astronaut).done().out();
    assertTrue(photograph.contains("astronaut.jpg, 53962 bytes"), photograph);
    assertTrue(photograph.contains("0 to 255: mean 0.000, maximum 0"), photograph);
  }

  private static void matches(String pattern, String line) {
    assertTrue(Pattern.matches(pattern.replace("TIME", TIME), line), line);
  }
}
