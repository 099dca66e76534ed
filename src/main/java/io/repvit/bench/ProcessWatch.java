package io.repvit.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * Reads from {@code /proc}, until it is stopped, what a process and its descendants use. What a
 * thread does between the last reading and its end is missing: a fifth of a second at most.
 */
final class ProcessWatch implements AutoCloseable {
  private static final long READING_MS = 200;

  /** Linux walks all pages of a process for it. */
  private static final int READINGS_PER_PSS = 5;

  private final ProcessHandle process;
  private final Thread thread = new Thread(this::watch, "process-watch");
  private final Map<String, ProcStat> threads = new HashMap<>();
  private final TreeMap<Long, Double> seconds = new TreeMap<>();
  private long peakPssMiB;
  private volatile boolean stopped;

  /** Begins at once. */
  ProcessWatch(ProcessHandle process) {
    this.process = process;
    seconds.put(System.nanoTime(), 0.0);
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    for (int reading = 1; !stopped; reading++) {
      read(reading % READINGS_PER_PSS == 0);
      try {
        Thread.sleep(READING_MS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void read(boolean withPss) {
    Path proc = Path.of("/proc", String.valueOf(process.pid()));
    try {
      ProcStat whole = ProcStat.parse(Files.readString(proc.resolve("stat")));
      seconds.put(System.nanoTime(), whole.seconds() + whole.ofChildren());
      try (Stream<Path> tasks = Files.list(proc.resolve("task"))) {
        for (Path task : tasks.toList()) {
          thread(task);
        }
      }
      if (withPss) {
        long kiB = pssKiB(proc);
        for (ProcessHandle child : process.descendants().toList()) {
          kiB += pssKiB(Path.of("/proc", String.valueOf(child.pid())));
        }
        peakPssMiB = Math.max(peakPssMiB, kiB / 1024);
      }
    } catch (IOException | UncheckedIOException e) {
      // The process has ended.
    }
  }

  private void thread(Path task) {
    try {
      threads.put(
          String.valueOf(task.getFileName()),
          ProcStat.parse(Files.readString(task.resolve("stat"))));
    } catch (IOException e) {
      // The thread has ended; what was read last of it stays.
    }
  }

  private static long pssKiB(Path proc) {
    try {
      return pssKiB(Files.readAllLines(proc.resolve("smaps_rollup")));
    } catch (IOException e) {
      // A child has ended.
      return 0;
    }
  }

  /** The resident memory of {@code /proc/PID/smaps_rollup}, shared pages divided by their users. */
  static long pssKiB(List<String> smaps) {
    return smaps.stream()
        .filter(line -> line.startsWith("Pss:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  /** Processor time by the kind of thread, seconds. */
  Map<ThreadKind, Double> byThread() {
    Map<ThreadKind, Double> sums = new EnumMap<>(ThreadKind.class);
    for (ThreadKind kind : ThreadKind.values()) {
      sums.put(kind, 0.0);
    }
    threads.values().forEach(t -> sums.merge(ThreadKind.of(t.name()), t.seconds(), Double::sum));
    return sums;
  }

  /** Waits until the process has ended. */
  void awaitEnd() throws InterruptedException {
    try {
      process.onExit().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process failed", e);
    }
  }

  /** Processor time since the start by {@link System#nanoTime}, seconds. */
  NavigableMap<Long, Double> seconds() {
    return seconds;
  }

  /** Largest proportional set size that was read, MiB. */
  long peakPssMiB() {
    return peakPssMiB;
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.interrupt();
    thread.join();
  }
}
