package io.repvit.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ColdProcessTest {
  @Test
  void aThreadsNameMayHaveBlanksAndParentheses() {
    ProcStat stat =
        ProcStat.parse(
            "7 (C2 (x) Thre) S 1 7 7 0 -1 4194304 100 200 0 0 150 25 300 75 20 0 90 0 5 6 7");
    assertEquals(new ProcStat("C2 (x) Thre", 1.75, 3.75), stat);
  }

  @Test
  void aLineThatIsCutOffIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> ProcStat.parse("7 (java) S 1 7"));
    assertThrows(IllegalArgumentException.class, () -> ProcStat.parse(""));
  }

  @Test
  void threadsAreKnownByTheFirst15BytesOfTheirNames() {
    assertEquals(ThreadKind.C2, ThreadKind.of("C2 CompilerThre"));
    assertEquals(ThreadKind.C1, ThreadKind.of("C1 CompilerThre"));
    assertEquals(ThreadKind.GC, ThreadKind.of("G1 Conc#0"));
    assertEquals(ThreadKind.GC, ThreadKind.of("VM Thread"));
    assertEquals(ThreadKind.TASKS, ThreadKind.of("Executor task l"));
    assertEquals(ThreadKind.TASKS, ThreadKind.of("Executor task i"));
    assertEquals(ThreadKind.MAIN, ThreadKind.of("java"));
    assertEquals(ThreadKind.OTHER, ThreadKind.of("repvit-fetch"));
  }

  @Test
  void proportionalMemoryIsReadAndNotThatOfItsParts() {
    assertEquals(
        1234,
        ProcessWatch.pssKiB(
            List.of(
                "55-7f ---p 0 00:00 0 [rollup]",
                "Rss:    5000 kB",
                "Pss:    1234 kB",
                "Pss_Anon: 9 kB")));
    assertEquals(0, ProcessWatch.pssKiB(List.of()));
  }

  @Test
  void processorTimeBetweenReadingsIsInterpolated() {
    var seconds = new TreeMap<>(Map.of(100L, 0.0, 200L, 1.0, 300L, 5.0));
    var process = new ColdProcess(100, 0, 400, 6, seconds, Map.of(), 0, List.of(), List.of());
    assertEquals(0, process.processorSecondsAt(50));
    assertEquals(0.5, process.processorSecondsAt(150));
    assertEquals(1, process.processorSecondsAt(200));
    assertEquals(4, process.processorSecondsAt(275));
    assertEquals(5.5, process.processorSecondsAt(350));
    assertEquals(6, process.processorSecondsAt(999));
  }

  @Test
  void timeOutputAndMessagesOfAProcessAndItsChildrenAreTaken() throws Exception {
    ColdProcess process =
        ColdProcess.run(
            List.of(
                "sh",
                "-c",
                "echo $SAID; echo err >&2; sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done';"
                    + " true"),
            Map.of("SAID", "out"));
    assertEquals(List.of("out"), process.output());
    assertEquals(List.of("err"), process.messages().stream().map(m -> m.line()).toList());
    assertTrue(process.processorSeconds() > 0, process::toString);
    assertTrue(process.wallSeconds() > 0.01, process::toString);
  }

  @Test
  void aProcessThatFailsIsToldWithItsMessages() {
    var e =
        assertThrows(
            IOException.class,
            () -> ColdProcess.run(List.of("sh", "-c", "echo no model >&2; exit 3"), Map.of()));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.endsWith("exited with 3: [no model]"), message);
  }
}
