package io.repvit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Leases on stores whose listings leave out what stands there. */
@Timeout(120)
class LeaseListingTest {
  /** Signs of life come a twelfth of it apart. */
  private static final Duration TIMEOUT = Duration.ofSeconds(12);

  /** No sign of life in the course of a test. */
  private static final Duration LONG = TIMEOUT.multipliedBy(60);

  @TempDir private Path folder;

  /** Local files, of which a listing shows some. */
  private static final class PartlyListed extends FilterFileSystem {
    private volatile Predicate<String> shown = name -> true;
    private final AtomicInteger listings = new AtomicInteger();

    PartlyListed() throws IOException {
      super(FileSystem.getLocal(new Configuration(false)));
    }

    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
      listings.incrementAndGet();
      return Arrays.stream(super.listStatus(path))
          .filter(file -> shown.test(file.getPath().getName()))
          .toArray(FileStatus[]::new);
    }
  }

  @Test
  void aListingWithoutTheOwnTicketIsNoLossWhileTheTicketStands() throws Exception {
    var store = new PartlyListed();
    try (Lease held = Lease.take(staging(store), "held", LONG)) {
      int before = store.listings.get();
      store.shown = name -> store.listings.get() > before + 2;
      held.require();
      assertEquals(before + 3, store.listings.get());
    }
  }

  @Test
  void ofTwoWhoDoNotSeeEachOtherTheLaterIsToldAtItsNextSignOfLifeAndTheFirstStays()
      throws Exception {
    var blind = new PartlyListed();
    Staging one = staging(new PartlyListed());
    Staging other = staging(blind);
    while (other.attempt().compareTo(one.attempt()) < 0) {
      other = staging(blind); // they take the same number, and then the names decide
    }
    String ownName = other.attempt();
    blind.shown = name -> name.endsWith(ownName);
    try (Lease first = Lease.take(one, "the one", TIMEOUT)) {
      Lease second = Lease.take(other, "the other", TIMEOUT);
      second.require();
      first.require();

      var told = new CountDownLatch(1);
      second.onLoss(told::countDown);
      blind.shown = name -> true;
      assertTrue(told.await(30, TimeUnit.SECONDS));
      var e = assertThrows(LeaseException.class, second::require);
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains("another attempt is at this run: the one, since 20"), message);
      second.close();
      first.require();
    }
  }

  /** All listings when a number is chosen, and three when the first place is looked for. */
  @Test
  void whoComesLaterIsToldThoughMostOfItsListingsShowNobodyElse() throws Exception {
    var blind = new PartlyListed();
    Staging one = staging(new PartlyListed());
    Staging other = staging(blind);
    while (other.attempt().compareTo(one.attempt()) < 0) {
      other = staging(blind);
    }
    Staging late = other;
    blind.shown = name -> name.endsWith(late.attempt()) || blind.listings.get() > 4 + 3;
    try (Lease first = Lease.take(one, "the one", TIMEOUT)) {
      var e = assertThrows(LeaseException.class, () -> Lease.take(late, "late", TIMEOUT));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains("another attempt is at this run: the one, since 20"), message);
      first.require();
    }
  }

  /** As when who clears up has seen a void and not the ticket. */
  @Test
  void aDeadAttemptWhoseVoidIsGoneDoesNotTakeTheRunFromItsHolder() throws Exception {
    try (Lease held = Lease.take(staging(new PartlyListed()), "held", LONG)) {
      Path dead =
          folder.resolve("_staging/2026-01-09-nightly/lease/ticket-0-2000-" + UUID.randomUUID());
      Files.writeString(dead, "dead");
      Files.setLastModifiedTime(dead, FileTime.from(Instant.now().minus(LONG.multipliedBy(2))));
      held.require();
      Files.setLastModifiedTime(dead, FileTime.from(Instant.now()));
      assertThrows(LeaseException.class, held::require, "it would, if it were alive");
    }
  }

  private Staging staging(FileSystem store) throws IOException {
    return new Staging(
        store, new RunKey(folder.toUri().toString(), LocalDate.of(2026, 1, 9), "nightly"));
  }
}
