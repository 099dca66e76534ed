package io.repvit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.metrics.Drift;
import io.repvit.metrics.Extremes;
import io.repvit.metrics.LeftOut;
import io.repvit.metrics.Refusals;
import io.repvit.metrics.RunMetrics;
import io.repvit.metrics.Scores;
import io.repvit.metrics.Timeline;
import io.repvit.predict.Conditions;
import io.repvit.predict.ModelIdentity;
import io.repvit.predict.PartitionReport;
import io.repvit.run.RunManifest;
import io.repvit.run.RunTotals;
import io.repvit.table.RunKey;
import io.repvit.testing.TinyModels;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page as a strict XML parser reads it, which does not forgive as browsers do. */
class HtmlReportTest {
  private static final String HOSTILE =
      "</title></style><script>alert('x')</script><img src=//evil.example/x onerror=\"alert(1)\">&amp;";

  private static Document page(String outside, long quarantined) throws Exception {
    String html = html(outside, quarantined);
    assertTrue(html.startsWith("<!DOCTYPE html>\n<html"), html.substring(0, 40));
    var factory = DocumentBuilderFactory.newInstance();
    return factory
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
  }

  private static String html(String outside, long quarantined) {
    var scores = new Scores.Recorder();
    var extremes = new Extremes.Recorder(2);
    var timeline = new Timeline.Recorder();
    var refusals = new Refusals.Recorder();
    for (int i = 0; i < 40; i++) {
      scores.add(i / 40f);
      extremes.offer(outside + i, outside, i / 40f, () -> () -> "/9j/4AAQ");
      timeline.add(1_767_139_200_000L + 700L * i);
    }
    Map<String, Long> reasons = new TreeMap<>();
    if (quarantined > 0) {
      reasons.put("decode/CORRUPT", quarantined);
      refusals.add("decode/CORRUPT", outside, outside);
    }
    Map<String, Long> labels = new TreeMap<>();
    for (long i = 1; i <= 40; i++) {
      labels.put(outside + i, i);
    }
    RunMetrics none = RunMetrics.EMPTY;
    var metrics =
        new RunMetrics(
            1_000_000_000,
            Map.of("stock", 1L),
            none.times(),
            timeline.total(),
            none.digest(),
            scores.total(),
            none.embeddings(),
            extremes.total(),
            refusals.total(),
            none.quality(),
            none.traffic());
    var manifest =
        RunManifest.of(
            new RunKey("/out", LocalDate.of(2026, 1, 9), "nightly"),
            List.of(outside),
            TinyModels.card(32, List.of(outside.replaceAll("\\R", " ")), 3),
            new ModelIdentity(outside, "cd", "ef"),
            null,
            new Conditions("c 1; limit=2"),
            Instant.parse("2026-01-09T01:02:03Z"),
            Map.of(),
            0,
            0,
            LeftOut.of(LeftOut.Rule.HIDDEN, 3),
            new RunTotals(
                new PartitionReport(
                    820 + quarantined, 820, 0, reasons, labels, 12345, 0, 0, metrics),
                5,
                1,
                1,
                2.5,
                new Drift.Compared(outside, List.of(new Drift.Measure("label", 0.1, 0.2)))));
    return new HtmlReport(manifest, metrics, Map.of("input", outside, outside, "value")).html();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {HOSTILE, "plain", "]]>", "<!--", "\" autofocus onfocus=\"alert(1)", "é 猫 🐈"})
  void whatComesFromOutsideIsTextAndNothingElse(String outside) throws Exception {
    Document hostile = page(outside, 3);
    Document plain = page("plain", 3);
    assertEquals(structure(plain), structure(hostile), "other text, same elements and attributes");
    assertTrue(hostile.getDocumentElement().getTextContent().contains(outside));
    assertTrue(plain.getDocumentElement().getTextContent().contains("3names left out"));
  }

  @Test
  void nothingIsLoadedAndNothingRuns() throws Exception {
    Document page = page(HOSTILE, 3);
    for (Element e : elements(page)) {
      assertFalse(
          Set.of("script", "link", "iframe", "object", "embed", "base", "form", "a", "use")
              .contains(e.getTagName()),
          e.getTagName());
      for (int i = 0; i < e.getAttributes().getLength(); i++) {
        var attribute = e.getAttributes().item(i);
        String name = attribute.getNodeName();
        assertFalse(name.startsWith("on") || name.equals("href") || name.equals("style"), name);
        if (name.equals("src")) {
          assertTrue(attribute.getNodeValue().startsWith("data:image/jpeg;base64,"));
        }
      }
    }
    String css = page.getElementsByTagName("style").item(0).getTextContent();
    assertFalse(css.contains("url(") || css.contains("@import"), css);
    Element policy = (Element) page.getElementsByTagName("meta").item(1);
    assertEquals("Content-Security-Policy", policy.getAttribute("http-equiv"));
    assertTrue(policy.getAttribute("content").startsWith("default-src 'none';"));
    assertFalse(policy.getAttribute("content").contains("script-src"));
  }

  /** Right-to-left override, a null, a lone surrogate, a byte order mark, a new line. */
  @Test
  void charactersThatHideOrTurnAreShown() throws Exception {
    String text =
        page("a\u202egpj.exe\u0000\ud800\ufeff\nb", 3).getDocumentElement().getTextContent();
    assertTrue(text.contains("a[U+202E]gpj.exe[U+0000][U+D800][U+FEFF][U+000A]b"));
    assertFalse(text.contains("\u202e"));
  }

  @Test
  void thePageTellsCountsLabelsReasonsAndPictures() throws Exception {
    Document page = page("p", 3);
    String text = page.getDocumentElement().getTextContent();
    assertTrue(text.contains("Run nightly of 2026-01-09"));
    assertTrue(text.contains("823images"), text);
    assertTrue(text.contains("3quarantined, 0.36 %"));
    assertTrue(text.contains("p40" + "40" + "4.9 %"), "the most frequent label");
    assertTrue(text.contains("10 more labels have 55 images."), "1 to 10");
    assertTrue(text.contains("decode/CORRUPT"));
    assertEquals(4, page.getElementsByTagName("img").getLength(), "two of each");
    long bars =
        elements(page).stream()
            .filter(e -> e.getTagName().equals("rect") && e.hasAttribute("y"))
            .count();
    assertEquals(28 + 40, bars, "a bar per second, and one per score that occurs");
  }

  @Test
  void aRunWithoutQuarantineSaysSo() throws Exception {
    assertTrue(
        page("p", 0).getDocumentElement().getTextContent().contains("No image was quarantined."));
  }

  private static List<String> structure(Document page) {
    var structure = new ArrayList<String>();
    for (Element e : elements(page)) {
      var names = new ArrayList<String>();
      for (int i = 0; i < e.getAttributes().getLength(); i++) {
        names.add(e.getAttributes().item(i).getNodeName());
      }
      structure.add(e.getTagName() + names);
    }
    return structure;
  }

  private static List<Element> elements(Document page) {
    NodeList all = page.getElementsByTagName("*");
    var elements = new ArrayList<Element>();
    for (int i = 0; i < all.getLength(); i++) {
      elements.add((Element) all.item(i));
    }
    return elements;
  }
}
