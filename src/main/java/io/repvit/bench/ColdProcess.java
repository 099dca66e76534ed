package io.repvit.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * One process from its start to its exit.
 *
 * @param start {@link System#nanoTime} of the start
 * @param startMillis wall clock of the start, milliseconds since the epoch
 * @param end {@link System#nanoTime} of the exit
 * @param processorSeconds of it and its children
 * @param seconds processor time by {@link System#nanoTime}
 * @param byThread processor time by kind of thread, seconds
 * @param peakPssMiB largest proportional set size, with its children
 * @param output lines of its standard output
 * @param messages lines of its standard error, in order
 */
record ColdProcess(
    long start,
    long startMillis,
    long end,
    double processorSeconds,
    NavigableMap<Long, Double> seconds,
    Map<ThreadKind, Double> byThread,
    long peakPssMiB,
    List<String> output,
    List<Message> messages) {

  /** A line of standard error, and {@link System#nanoTime} when it came. */
  record Message(long at, String line) {}

  double wallSeconds() {
    return (end - start) / 1e9;
  }

  /** Processor time spent by {@code at}, between the readings around it; seconds. */
  double processorSecondsAt(long at) {
    var before = seconds.floorEntry(at);
    var after = seconds.ceilingEntry(at);
    if (before == null) {
      return 0;
    }
    if (after == null) {
      after = Map.entry(end, processorSeconds);
    }
    long span = after.getKey() - before.getKey();
    double share = span <= 0 ? 1 : Math.min(1, (at - before.getKey()) / (double) span);
    return before.getValue() + share * (after.getValue() - before.getValue());
  }

  /**
   * Runs {@code command} to its end.
   *
   * @param environment variables beside those of this process
   * @throws IOException when it cannot start or does not exit with 0
   */
  static ColdProcess run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    double before = ofChildren();
    Path output = Files.createTempFile("cold-", ".out");
    try {
      long startMillis = System.currentTimeMillis();
      long start = System.nanoTime();
      var builder = new ProcessBuilder(command).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      List<Message> messages = new ArrayList<>();
      var watch = new ProcessWatch(process.toHandle());
      int exit;
      long end;
      try (watch;
          BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
        for (String line = err.readLine(); line != null; line = err.readLine()) {
          messages.add(new Message(System.nanoTime(), line));
        }
        exit = process.waitFor();
        end = System.nanoTime();
      } finally {
        process.destroy();
      }
      if (exit != 0) {
        throw new IOException(
            command
                + " exited with "
                + exit
                + ": "
                + messages.stream().map(Message::line).toList());
      }
      return new ColdProcess(
          start,
          startMillis,
          end,
          ofChildren() - before,
          watch.seconds(),
          watch.byThread(),
          watch.peakPssMiB(),
          Files.readAllLines(output),
          messages);
    } finally {
      Files.delete(output);
    }
  }

  /** Of all children of this JVM that have ended. */
  private static double ofChildren() throws IOException {
    return ProcStat.parse(Files.readString(Path.of("/proc/self/stat"))).ofChildren();
  }
}
