package io.repvit.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time and memory of this process and of the machine, from Linux and the JVM. */
public final class Machine {
  /** {@code USER_HZ}: Linux reports processor time to programs in hundredths of a second. */
  private static final double TICKS_PER_SECOND = 100;

  /** Columns of the line {@code cpu} of {@code /proc/stat}; see proc(5). */
  private static final int IDLE = 3;

  private static final int IO_WAIT = 4;
  private static final int COLUMNS = 8;

  private Machine() {}

  /**
   * Processor time since the machine started, or of an interval.
   *
   * @param own processor time of this process, seconds
   * @param all processor time of all processes, including steal time of the host, seconds
   */
  public record ProcessorTime(double own, double all) {

    /** The time since {@code start}. */
    public ProcessorTime minus(ProcessorTime start) {
      return new ProcessorTime(own - start.own, all - start.all);
    }

    /** Processor time of other processes and the host, seconds. */
    public double others() {
      return Math.max(0, all - own);
    }
  }

  /** Processor time since the machine started. */
  public static ProcessorTime processorTime() throws IOException {
    String[] columns = line(Path.of("/proc/stat"), "cpu ").strip().split("\\s+");
    double ticks = 0;
    for (int i = 0; i < COLUMNS; i++) {
      if (i != IDLE && i != IO_WAIT) {
        ticks += Long.parseLong(columns[i + 1]);
      }
    }
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new ProcessorTime(system.getProcessCpuTime() / 1e9, ticks / TICKS_PER_SECOND);
  }

  /** Peak resident set size ({@code VmHWM}), MiB. */
  public static long peakResidentMiB() throws IOException {
    String line = line(Path.of("/proc/self/status"), "VmHWM");
    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
  }

  /** Sum of the peaks of all heap pools, MiB; an upper bound of the peak of the heap. */
  public static long peakHeapMiB() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum()
        >> 20;
  }

  /** Model name of the processor. */
  public static String processor() throws IOException {
    String line = line(Path.of("/proc/cpuinfo"), "model name");
    return line.substring(line.indexOf(':') + 1).strip();
  }

  private static String line(Path file, String key) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(l -> l.startsWith(key))
          .findFirst()
          .orElseThrow(() -> new IOException(file + " has no line '" + key + "'"));
    }
  }
}
