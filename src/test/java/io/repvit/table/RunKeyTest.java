package io.repvit.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunKeyTest {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 9);

  @Test
  void tablesStandBelowTheirDateAndRun() {
    var key = new RunKey("s3a://bucket/out", DATE, "nightly-1");
    assertEquals(
        "s3a://bucket/out/predictions/run_date=2026-01-09/run_id=nightly-1",
        key.folder("predictions").toString());
    assertEquals(
        "s3a://bucket/out/runs/run_date=2026-01-09/run_id=nightly-1/manifest.json",
        key.manifest().toString());
  }

  @Test
  void aTrailingSlashOfTheOutputChangesNothing() {
    assertEquals(
        new RunKey("file:///data/out", DATE, "a").folder("t"),
        new RunKey("file:///data/out/", DATE, "a").folder("t"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "20260109T010203.004Z", "a..b", "A_b-c.d"})
  void anOrdinaryNameIsTakenAsItIs(String id) {
    assertEquals("run_id=" + id, new RunKey("/out", DATE, id).folder("t").getName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", ".", "..", "../x", "a/../b", "a/b", "/a", "a\\b", "a b", "a\n", "a=b", "a%2fb",
        "_a", ".a", "-a", "a:b", "ä", "*", "{a,b}"
      })
  void aNameThatCouldLeaveItsFolderOrHideIsRefused(String id) {
    var e = assertThrows(IllegalArgumentException.class, () -> new RunKey("/out", DATE, id));
    assertTrue(
        String.valueOf(e.getMessage()).startsWith("run id is '" + id + "', expected "),
        e.getMessage());
  }

  @Test
  void aNameHasAtMost128Letters() {
    assertEquals(128, new RunKey("/out", DATE, "x".repeat(128)).id().length());
    assertThrows(IllegalArgumentException.class, () -> new RunKey("/out", DATE, "x".repeat(129)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void anOutputIsNeeded(String output) {
    assertThrows(IllegalArgumentException.class, () -> new RunKey(output, DATE, "a"));
  }
}
