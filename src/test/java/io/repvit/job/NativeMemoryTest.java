package io.repvit.job;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageLimits;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelFile;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The formula against Linux's own account of a process that does what an executor does. */
@Tag("slow")
class NativeMemoryTest {
  private static final int HEAP_MIB = 512;

  /** What a JVM takes before it has a model; the formula has an executor's instead. */
  private static final String JVM = "jvm";

  @TempDir static Path folder;

  @ParameterizedTest
  @CsvSource({"demo, 1, 4", "demo, 16, 4", "M0.9, 1, 4", "M0.9, 16, 4", "M0.9, 16, 8"})
  void sessionsAndSlotsTakeLessThanTheFormulaSaysAndMoreThanAThird(
      String model, int slots, int batch) throws Exception {
    Path file = model.equals("demo") ? Cli.MODEL : pseudoRandom(model);
    Map<String, Long> peaks = probe(file.toString(), "" + slots, "" + batch);
    long found = requireNonNull(peaks.get("all-slots")) - requireNonNull(peaks.get(JVM));
    long said = need(file, slots, batch).least() - NativeMemory.JVM_MIB;
    assertTrue(found <= said, found + " MiB found, the formula says " + said + " " + peaks);
    assertTrue(said <= 3 * found, found + " MiB found, the formula says " + said + " " + peaks);
  }

  @Test
  void anImageOfTheLimitIsWhatTheUpperFigureAdds() throws Exception {
    ModelFile file = file(Cli.MODEL);
    try (var session = ClassifierSession.open(file, 1)) {
      var limits = new ImageLimits(1 << 20, 4 << 20, 30);
      var need = NativeMemory.of(file.bytes().length, session.card(), 4, limits, 2);
      assertEquals(2 * (1 + 30), need.most() - need.least());
    }
  }

  private static NativeMemory need(Path model, int slots, int batch) throws Exception {
    ModelFile file = file(model);
    try (var session = ClassifierSession.open(file, 1)) {
      return NativeMemory.of(
          file.bytes().length, session.card(), batch, ImageLimits.DEFAULT, slots);
    }
  }

  private static ModelFile file(Path model) throws Exception {
    return ModelFile.of("model.onnx", Files.readAllBytes(model));
  }

  private static Path pseudoRandom(String id) throws Exception {
    Path file = folder.resolve(id + ".onnx");
    if (!Files.exists(file)) {
      Contender contender =
          Contender.family().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
      Files.write(file, contender.forms().get().fused().bytes());
    }
    return file;
  }

  /** What {@link NativeMemoryProbe} prints, by name. */
  private static Map<String, Long> probe(String... args) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + HEAP_MIB + "m",
                "-Xmx" + HEAP_MIB + "m",
                "-XX:+AlwaysPreTouch",
                "@conf/java.options",
                "-cp",
                String.join(
                    File.pathSeparator,
                    "target/test-classes",
                    "target/classes",
                    Files.readString(ChildSpark.classPathFile()).strip()),
                NativeMemoryProbe.class.getName()));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    var peaks = new HashMap<String, Long>();
    text.lines()
        .map(line -> line.split(" "))
        .forEach(words -> peaks.put(words[0], Long.parseLong(words[1])));
    return peaks;
  }
}
