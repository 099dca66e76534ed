package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jobs/cron-classify} around a job that ends as it is told. */
class CronClassifyTest {
  @TempDir Path folder;

  private record Ended(int exit, String output, List<String> calls) {}

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "3, 0, 1",
    "2, 2, 1",
    "4, 4, 1",
    "134, 134, 1",
    "5 0, 0, 2",
    "5 3, 0, 2",
    "5 5, 5, 2",
    "5 4, 4, 2",
    "137 0, 0, 2",
    "143 0, 0, 2",
    "137 137, 137, 2",
  })
  void onlyWhatASecondAttemptCanMendIsTriedAgainAndOnlyOnce(String codes, int exit, int attempts)
      throws Exception {
    Ended ended = run(codes);
    assertEquals(exit, ended.exit(), ended.output());
    assertEquals(attempts, ended.calls().size());
    assertEquals(1, ended.calls().stream().distinct().count(), "every attempt is the same run");
    assertTrue(
        ended
            .calls()
            .get(0)
            .matches("classify --config a b --date \\d{4}-\\d\\d-\\d\\d --run-id r\\d{6}"),
        ended.calls()::toString);
    assertEquals(exit == 0, ended.output().isEmpty(), "cron mails whatever is printed");
  }

  @Test
  void theMailHasTheLineThatExplainsTheFailure() throws Exception {
    Ended ended = run("5 4");
    List<String> lines = ended.output().lines().toList();
    assertEquals("repvit: classify ended with 4:", lines.get(0));
    assertEquals("repvit classify: failed: reason of attempt 1", lines.get(1));
    assertEquals("repvit classify: failed: reason of attempt 2", lines.get(2));
  }

  @Test
  void aRunThatIsStillAtWorkIsNotOvertaken() throws Exception {
    Process holder =
        new ProcessBuilder("flock", folder.resolve("lock").toString(), "sleep", "60").start();
    try {
      Await.until("the lock is held", () -> holder.descendants().findAny().isPresent());
      Ended ended = run("0");
      assertEquals(75, ended.exit());
      assertEquals(List.of(), ended.calls());
      assertTrue(ended.output().contains("still active"), ended.output());
    } finally {
      holder.descendants().forEach(ProcessHandle::destroyForcibly);
      holder.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"REPVIT_LOCK", "REPVIT_LOG"})
  void aLockOrLogThatCannotBeWrittenIsAnError(String variable) throws Exception {
    Ended ended = run("0", Map.of(variable, folder.resolve("none/file").toString()));
    assertEquals(2, ended.exit(), ended.output());
    assertEquals(List.of(), ended.calls());
    assertEquals(1, ended.output().lines().count(), ended.output());
    assertTrue(ended.output().contains("none/file; create its folder"), ended.output());
    assertTrue(ended.output().contains(variable), ended.output());
  }

  @Test
  void aMachineWithoutFlockIsAnErrorThatSaysSo() throws Exception {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("bash", "dirname", "basename", "tr", "cksum")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
    Ended ended = run("0", Map.of("PATH", tools.toString()));
    assertEquals(2, ended.exit(), ended.output());
    assertTrue(ended.output().contains("the command flock is missing"), ended.output());
  }

  @Test
  void everyConfigurationHasALockAndALogOfItsOwn() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    for (String config : List.of("/etc/repvit/photos.conf", "/etc/repvit/maps.conf", "maps.conf")) {
      var environment = Map.of("TMPDIR", temporary.toString(), "REPVIT_LOCK", "", "REPVIT_LOG", "");
      assertEquals(0, run("0", environment, "--config", config).exit());
    }
    assertEquals(
        List.of(
                "maps-N.lock",
                "maps-N.log",
                "maps-N.lock",
                "maps-N.log",
                "photos-N.lock",
                "photos-N.log")
            .stream()
            .sorted()
            .toList(),
        Tables.filesBelow(temporary).stream()
            .map(f -> f.replaceFirst("^repvit-classify-", "").replaceFirst("-\\d+\\.", "-N."))
            .sorted()
            .toList());
  }

  @Test
  void stoppingTheScriptStopsTheJobAndStartsNoOther() throws Exception {
    Process script = start("143", Map.of("HOLD", "60"), "--config", "a b");
    Path calls = folder.resolve("calls");
    Await.until(
        "the job is at work", () -> Files.size(calls) > 0 && script.descendants().count() >= 2);
    script.toHandle().destroy(); // Process.destroy would close its output
    Ended ended = ended(script);
    assertEquals(143, ended.exit(), ended.output());
    assertEquals(1, ended.calls().size());
    assertEquals("stopped", Files.readString(folder.resolve("stopped")).strip());
  }

  private Ended run(String codes) throws Exception {
    return run(codes, Map.of());
  }

  /** Runs the script; the job ends with the first of {@code codes}, then with the next. */
  private Ended run(String codes, Map<String, String> environment, String... arguments)
      throws Exception {
    return ended(
        start(
            codes,
            environment,
            arguments.length == 0 ? new String[] {"--config", "a b"} : arguments));
  }

  private Ended ended(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output, Files.readAllLines(folder.resolve("calls")));
  }

  private Process start(String codes, Map<String, String> environment, String... arguments)
      throws Exception {
    Path calls = Files.writeString(folder.resolve("calls"), "");
    Path job = folder.resolve("job");
    Files.writeString(
        job,
        """
        #!/usr/bin/env bash
        trap 'echo stopped >"%3$s"; kill $!; exit 143' TERM
        echo "$@" >>"%1$s"
        codes=(%2$s)
        n=$(wc -l <"%1$s")
        echo "repvit classify: failed: reason of attempt" $n
        if [[ -n ${HOLD:-} ]]; then sleep $HOLD & wait; fi
        for line in {1..40}; do echo "  at a.stack.Trace"; done
        exit "${codes[n - 1]}"
        """
            .formatted(calls, codes, folder.resolve("stopped")));
    Files.setPosixFilePermissions(job, PosixFilePermissions.fromString("rwxr-xr-x"));
    var command = new ArrayList<>(List.of("jobs/cron-classify"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put("REPVIT", job.toString());
    builder.environment().put("REPVIT_PAUSE", "0");
    builder.environment().put("REPVIT_LOCK", folder.resolve("lock").toString());
    builder.environment().put("REPVIT_LOG", folder.resolve("log").toString());
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }
}
