package io.repvit.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * How a reader ends when a file is not what it should be: one exception, one line, little memory,
 * within a second of the processor, whatever else the machine does.
 */
public final class Refusal {

  /** What a reader may allocate whatever the file: classes, buffers, messages. */
  private static final long FIXED_BYTES = 16 << 20;

  /** What each byte of a file may cost: one instruction of a pickle becomes one object. */
  private static final long PER_BYTE = 150;

  private static final long MOST_NANOS = 1_000_000_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Refusal() {}

  /**
   * Reads what must be refused.
   *
   * @param type the one documented exception
   * @param file that every message begins with
   * @param part of the message
   * @param fileBytes length of the file, which bounds what reading it may allocate
   */
  public static void require(
      Class<? extends RuntimeException> type,
      String file,
      String part,
      long fileBytes,
      Executable reader) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long start = THREADS.getCurrentThreadCpuTime();
    RuntimeException e = assertThrows(type, reader);
    long nanos = THREADS.getCurrentThreadCpuTime() - start;
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    String message = String.valueOf(e.getMessage());
    assertEquals(type, e.getClass());
    assertTrue(message.startsWith(file) && message.contains(part), message);
    assertTrue(message.length() < 1000, "a message of " + message.length() + " characters");
    assertTrue(message.codePoints().noneMatch(Character::isISOControl), message);
    long limit = FIXED_BYTES + PER_BYTE * fileBytes;
    assertTrue(nanos < MOST_NANOS, "%d ms of processor time".formatted(nanos / 1_000_000));
    assertTrue(allocated < limit, "%d bytes allocated for %d".formatted(allocated, fileBytes));
  }
}
