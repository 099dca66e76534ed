package io.repvit.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.cli.ExitCode;
import io.repvit.export.Forms;
import io.repvit.export.TimmPreprocessing;
import io.repvit.model.DesignNetwork;
import io.repvit.model.DesignStep;
import io.repvit.model.PseudoRandomWeights;
import io.repvit.model.RepVitVariant;
import io.repvit.model.TokenMixerForm;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import picocli.CommandLine;

/** The benchmark on two small networks; its figures mean nothing here. */
@Tag("slow")
class BenchDesignPathTest {
  private static final int ROUNDS = 2;

  @TempDir static Path folder;
  private static String printed = "";
  private static Document plot;

  @BeforeAll
  static void measureTwoNetworks() throws Exception {
    var out = new StringWriter();
    var command = new BenchDesignPathCommand();
    new CommandLine(command)
        .setOut(new PrintWriter(out))
        .parseArgs("--output", folder + "", "--rounds", ROUNDS + "", "--seconds", "0.001");
    command.run(
        List.of(small(DesignStep.EXPANSION), small(DesignStep.CROSS_BLOCK_SE)),
        List.of(small(DesignStep.KERNELS)));
    printed = out.toString();
    String svg = Files.readString(folder.resolve("design-path.svg"));
    plot =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
  }

  @Test
  void everyRunIsPrinted() {
    for (String form : List.of("fused", "unfused")) {
      for (String id : List.of("2a", "8", "7")) {
        String run =
            "round \\d +%s +%s +\\d+\\.\\d\\d ms +\\d+\\.\\d images/s, .*other processes used.*";
        long runs = printed.lines().filter(l -> l.matches(run.formatted(id, form))).count();
        assertEquals(ROUNDS, runs, printed);
      }
    }
  }

  @Test
  void theTableHasALinePerNetworkBesideThePublishedFigures() throws Exception {
    List<String> table = Files.readAllLines(folder.resolve("results.md"));
    String number = "\\d+\\.\\d+ \\[\\d+\\.\\d+, \\d+\\.\\d+\\]";
    String measured = String.join(" \\| ", number, number, number, number);
    String first =
        "\\| step 2a \\| \\d\\.\\d{3} \\| 0\\.\\d{3} \\| – \\| 1\\.50 \\| %s \\| 1\\.00 \\| 1\\.00 \\|";
    String last =
        "\\| step 8 \\| \\d\\.\\d{3} \\| 0\\.\\d{3} \\| 70\\.0 \\| 3\\.00 \\| %s \\| 2\\.00 \\| \\d+\\.\\d\\d \\|";
    assertEquals(1, table.stream().filter(l -> l.matches(first.formatted(measured))).count());
    assertEquals(1, table.stream().filter(l -> l.matches(last.formatted(measured))).count());
    assertEquals(3, table.stream().filter(l -> l.startsWith("| step ") && l.contains("[")).count());
  }

  /** Three networks, latency and throughput, and a key above each column of each group. */
  @Test
  void fusedAndUnfusedHaveShapesOfTheirOwn() {
    assertEquals(2 * (3 + 2), elements("circle", "fused"));
    assertEquals(2 * (3 + 2), elements("rect", "unfused"));
    assertEquals(3, elements("path", "phone"));
  }

  @Test
  void thePlotNamesNetworksAndUnits() {
    String text = plot.getDocumentElement().getTextContent();
    for (String part :
        List.of(
            "step 2a",
            "step 8",
            "ms, less is better",
            "images/s, more is better",
            "70.0",
            "Other processes used")) {
      assertTrue(text.contains(part), part);
    }
  }

  @Test
  void theBenchmarkHasEveryStepAndEveryVariant() {
    assertEquals(
        IntStream.range(0, DesignStep.values().length)
            .mapToObj(i -> DesignStep.values()[i].number())
            .toList(),
        Contender.path().stream().map(Contender::id).toList());
    assertEquals(RepVitVariant.all().size(), Contender.family().size());
    var titles = new HashSet<>(Contender.family().stream().map(Contender::label).toList());
    RepVitVariant.all().forEach(v -> assertTrue(titles.contains(v.title()), v.title()));
  }

  @Test
  void itIsSpelledAsAnOptionToo() {
    var err = new StringWriter();
    int code =
        Bench.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            "--design-path",
            "--rounds",
            "0");
    assertEquals(ExitCode.BAD_INPUT, code);
    assertEquals(1, err.toString().lines().count());
    assertTrue(err.toString().contains("--rounds"), err.toString());
  }

  private static long elements(String tag, String style) {
    var nodes = plot.getElementsByTagName(tag);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(nodes::item)
        .filter(n -> n instanceof Element e && e.getAttribute("class").equals(style))
        .count();
  }

  private static Contender small(DesignStep step) {
    var weights = new PseudoRandomWeights(TokenMixerForm.CURRENT, 1);
    boolean last = step == DesignStep.CROSS_BLOCK_SE;
    return new Contender(
        step.number(),
        "step " + step.number(),
        last ? 3 : 1.5,
        last ? OptionalDouble.of(70) : OptionalDouble.empty(),
        () ->
            Forms.of(
                "test",
                step.number(),
                DesignNetwork.load(weights, step, 5),
                weights,
                TimmPreprocessing.square(32)));
  }
}
