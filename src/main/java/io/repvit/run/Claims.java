package io.repvit.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What attempts have written into the folder of a {@link Lease}. A name tells all but the time:
 *
 * <pre>
 * choosing-A        attempt A is about to take a ticket
 * ticket-7-60000-A  A waits for the run, or holds it; says who A is
 * beat-A            written again and again by A as long as it lives
 * void-A            A is taken for dead, once and for all
 * </pre>
 *
 * @param choosing attempts without a void, and when the store last heard of them, milliseconds
 * @param tickets of attempts without a void, by number and then by attempt
 * @param dead files of attempts with one, the voids last
 */
record Claims(Map<String, Long> choosing, List<Ticket> tickets, List<Path> dead) {
  private static final String CHOOSING = "choosing";
  private static final String TICKET = "ticket";
  private static final String BEAT = "beat";
  private static final String VOID = "void";

  private static final Pattern NAME =
      Pattern.compile("(choosing|ticket|beat|void)-(?:(\\d{1,18})-(\\d{1,18})-)?([0-9a-f-]{36})");

  static Path choosing(Path folder, String attempt) {
    return new Path(folder, CHOOSING + "-" + attempt);
  }

  static Path ticket(Path folder, Ticket ticket) {
    return new Path(
        folder, TICKET + "-" + ticket.number() + "-" + ticket.timeoutMs() + "-" + ticket.attempt());
  }

  static Path beat(Path folder, String attempt) {
    return new Path(folder, BEAT + "-" + attempt);
  }

  static Path voiding(Path folder, String attempt) {
    return new Path(folder, VOID + "-" + attempt);
  }

  /**
   * A place in the queue.
   *
   * @param timeoutMs silence after which its attempt may be taken for dead, milliseconds
   * @param beatAt when it, or the attempt's beat, was last written, by the store's clock,
   *     milliseconds
   */
  record Ticket(long number, long timeoutMs, String attempt, long beatAt)
      implements Comparable<Ticket> {
    @Override
    public int compareTo(Ticket o) {
      return number == o.number ? attempt.compareTo(o.attempt) : Long.compare(number, o.number);
    }
  }

  /** What stands in {@code folder} now. */
  static Claims in(FileSystem fs, Path folder) throws IOException {
    var choosing = new TreeMap<String, Long>();
    List<Ticket> tickets = new ArrayList<>();
    List<Path> dead = new ArrayList<>();
    FileStatus[] files = list(fs, folder);
    Set<String> voided = new HashSet<>();
    Map<String, Long> beats = new HashMap<>();
    for (FileStatus file : files) {
      Matcher name = NAME.matcher(file.getPath().getName());
      if (name.matches() && name.group(1).equals(VOID)) {
        voided.add(name.group(4));
      } else if (name.matches() && name.group(1).equals(BEAT)) {
        beats.put(name.group(4), file.getModificationTime());
      }
    }
    for (FileStatus file : files) {
      Matcher name = NAME.matcher(file.getPath().getName());
      if (!name.matches()) {
        continue; // not a claim
      }
      String attempt = name.group(4);
      long writtenAt = file.getModificationTime();
      if (voided.contains(attempt)) {
        dead.add(file.getPath());
      } else if (name.group(1).equals(CHOOSING)) {
        choosing.put(attempt, writtenAt);
      } else if (name.group(1).equals(TICKET) && name.group(2) != null) {
        long beatAt = Math.max(writtenAt, beats.getOrDefault(attempt, 0L));
        tickets.add(
            new Ticket(
                Long.parseLong(name.group(2)),
                Math.min(Long.parseLong(name.group(3)), RunPolicy.MAX_TIMEOUT.toMillis()),
                attempt,
                beatAt));
      }
    }
    tickets.sort(null);
    // Who deletes them in this order never leaves a ticket behind whose void is gone.
    dead.sort(Comparator.comparing(file -> file.getName().startsWith(VOID)));
    return new Claims(choosing, tickets, dead);
  }

  private static FileStatus[] list(FileSystem fs, Path folder) throws IOException {
    try {
      return fs.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** The ticket of {@code attempt}, unless it has none or is void. */
  Optional<Ticket> of(String attempt) {
    return tickets.stream().filter(t -> t.attempt().equals(attempt)).findFirst();
  }

  /** When the store last heard of any attempt, milliseconds; 0 when of none. */
  long heardAt() {
    return LongStream.concat(
            choosing.values().stream().mapToLong(t -> t),
            tickets.stream().mapToLong(Ticket::beatAt))
        .max()
        .orElse(0);
  }

  /** The number that comes after all. */
  long next() {
    return tickets.isEmpty() ? 1 : tickets.get(tickets.size() - 1).number() + 1;
  }
}
