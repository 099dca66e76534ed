package io.repvit.watch;

import java.io.IOException;
import java.io.Serializable;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of this process. ONNX Runtime and the decoders do not tell how much they use; it is part
 * of the resident memory, beside the heap.
 *
 * @param resident bytes of the process in main memory; -1 if the system does not tell
 * @param heapCommitted bytes of the heap that the JVM has requested from the system
 * @param directBuffers bytes in direct buffers
 */
record ProcessMemory(long resident, long heapCommitted, long directBuffers)
    implements Serializable {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

  static ProcessMemory now() {
    return new ProcessMemory(
        status().orElse(-1),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted(),
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum());
  }

  /** Only Linux has this file. */
  private static OptionalLong status() {
    if (!Files.isReadable(STATUS)) {
      return OptionalLong.empty();
    }
    try {
      return resident(Files.readString(STATUS));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  static OptionalLong resident(String status) {
    Matcher line = RESIDENT.matcher(status);
    return line.find()
        ? OptionalLong.of(Long.parseLong(line.group(1)) * 1024)
        : OptionalLong.empty();
  }
}
