package io.repvit.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.cli.Cli;
import io.repvit.cli.ExitCode;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchSessionTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void everyFormIsMeasuredInEveryRoundAndComparedWithTheFirst() throws IOException {
    Path tiny = Files.write(folder.resolve("tiny.onnx"), TinyModels.repVit().bytes());
    assertEquals(
        ExitCode.DONE,
        run("--model", tiny.toString(), "--batch", "2", "--rounds", "2", "--runs", "1"));
    List<String> lines = out.toString().lines().toList();
    for (String start :
        List.of(
            "round  1  tiny.onnx  ",
            "round  1  tiny.onnx, rewritten  ",
            "round  2  tiny.onnx  ",
            "round  2  tiny.onnx, rewritten  ",
            "median    tiny.onnx  ",
            "median    tiny.onnx, rewritten  ")) {
      assertEquals(1, lines.stream().filter(l -> l.startsWith(start)).count(), out.toString());
    }
    String itself =
        lines.stream().filter(l -> l.startsWith("median    tiny.onnx  ")).toList().get(0);
    assertTrue(itself.contains(" 1.000 times the first (quartiles 1.000 to 1.000)"), itself);
    assertTrue(itself.contains("|difference| 0.0;"), itself);
  }

  @ParameterizedTest
  @CsvSource({
    "session, --rounds, 0",
    "session, --batch, -1",
    "session, --runs, 0",
    "decode, --rounds, 0",
    "decode, --images, 0",
    "design-path, --batch, 0",
    "design-path, --rounds, two",
    "job, --images, 0",
    "cold, --images, '20,0'",
  })
  void aBenchmarkOfNothingIsRefusedByTheNameOfTheOption(String name, String option, String value) {
    String line = Cli.bench(name, option + "=" + value).refusal();
    assertTrue(line.contains(option), line);
  }

  @Test
  void aModelThatIsNotThereIsNamed() {
    assertEquals(ExitCode.BAD_INPUT, run("--model", folder.resolve("no.onnx").toString()));
    assertTrue(err.toString().contains("no.onnx does not exist"), err.toString());
  }

  private int run(String... options) {
    String[] args = new String[options.length + 1];
    args[0] = "session";
    System.arraycopy(options, 0, args, 1, options.length);
    return Bench.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
