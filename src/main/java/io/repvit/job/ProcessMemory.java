package io.repvit.job;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux and the JVM say of this process. */
final class ProcessMemory {
  private ProcessMemory() {}

  /** Largest resident set so far ({@code VmHWM}), MiB. */
  static long peakResidentMiB() throws IOException {
    String line = line(Path.of("/proc/self/status"), "VmHWM");
    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
  }

  /** Sum of the peaks of the heap's pools, MiB; at least the true peak. */
  static long peakHeapMiB() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum()
        >> 20;
  }

  /** The processor's name. */
  static String processor() throws IOException {
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
