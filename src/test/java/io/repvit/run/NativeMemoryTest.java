package io.repvit.run;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.bench.Contender;
import io.repvit.cli.ChildSpark;
import io.repvit.cli.Cli;
import io.repvit.image.ImageLimits;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelFile;
import io.repvit.testing.hostile.Bombs;
import io.repvit.testing.hostile.HostileJpeg;
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
  private static final int SIDE = 4000;

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
    long said = need(file, ImageLimits.DEFAULT, slots, batch).least() - NativeMemory.JVM_MIB;
    assertTrue(found <= said, found + " MiB found, the formula says " + said + " " + peaks);
    assertTrue(said <= 3 * found, found + " MiB found, the formula says " + said + " " + peaks);
  }

  @Test
  void anImageOfTheLimitIsWhatTheUpperFiguresAdd() throws Exception {
    var need = need(Cli.MODEL, new ImageLimits(1 << 20, 4 << 20, 30), 2, 4);
    assertEquals(3 * (1 + 64 + 18 * 4), need.most() - need.least());
    assertEquals(3 * (1 + 64 + 10 * 4), need.direct());
  }

  /** The worst that is accepted, each with what the decoder keeps of those before. */
  @Test
  void theWorstImagesTakeLessThanTheFormulaSaysAndMoreThanAHalf() throws Exception {
    Path decode = Path.of("src/test/resources/image/decode");
    byte[] turned = Files.readAllBytes(decode.resolve("orientation-6.jpg"));
    byte[] inks = Files.readAllBytes(decode.resolve("cmyk-progressive.jpg"));
    List<byte[]> images =
        List.of(
            HostileJpeg.resized(turned, SIDE, SIDE),
            Bombs.deep(SIDE),
            HostileJpeg.resized(inks, SIDE, SIDE));
    var args = new ArrayList<>(List.of(Cli.MODEL.toString(), "1", "1"));
    for (byte[] image : images) {
      Path file = folder.resolve("worst-" + args.size());
      args.add(Files.write(file, image).toString());
    }
    Map<String, Long> peaks = probe(args.toArray(String[]::new));
    long found = requireNonNull(peaks.get("image-3")) - requireNonNull(peaks.get("all-slots"));
    var need = need(Cli.MODEL, new ImageLimits(1 << 20, (long) SIDE * SIDE, 30), 1, 1);
    long said = (need.most() - need.least()) / 2;
    assertTrue(found <= said, found + " MiB found, the formula says " + said + " " + peaks);
    assertTrue(said <= 2 * found, found + " MiB found, the formula says " + said + " " + peaks);
  }

  private static NativeMemory need(Path model, ImageLimits limits, int slots, int batch)
      throws Exception {
    ModelFile file = file(model);
    try (var session = ClassifierSession.open(file, 1)) {
      return NativeMemory.of(file.bytes().length, session.card(), batch, limits, slots);
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
                ChildSpark.javaOptions(),
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
