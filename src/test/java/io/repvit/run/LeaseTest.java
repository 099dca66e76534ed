package io.repvit.run;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.table.RunKey;
import io.repvit.table.Staging;
import io.repvit.testing.Await;
import io.repvit.testing.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@Tag("slow")
class LeaseTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final LocalDate DATE = LocalDate.of(2026, 1, 9);

  @TempDir private Path folder;

  @RepeatedTest(5)
  void ofManyAttemptsAtOnceExactlyOneGetsTheRun() throws Exception {
    takeAtOnce(this::staging, TIMEOUT);
    assertEquals(List.of(), claims());
  }

  @Test
  void onS3TooExactlyOneOfManyGetsTheRun() throws Exception {
    try (S3Server s3 = S3Server.start(folder)) {
      Path bucket = s3.createBucket("lease");
      var configuration = new Configuration();
      s3.hadoopProperties().forEach(configuration::set);
      try (FileSystem fs = FileSystem.newInstance(URI.create("s3a://lease/"), configuration)) {
        takeAtOnce(
            () -> new Staging(fs, new RunKey("s3a://lease/", DATE, "nightly")),
            TIMEOUT.multipliedBy(10));
      }
      try (Stream<Path> left = Files.walk(bucket)) {
        assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
      }
    }
  }

  /** Starts eight attempts at once; exactly one of them gets the lease and releases it. */
  private static void takeAtOnce(Callable<Staging> staging, Duration timeout) throws Exception {
    int attempts = 8;
    var threads = Executors.newFixedThreadPool(attempts);
    var start = new CountDownLatch(1);
    List<Future<Lease>> all = new ArrayList<>();
    for (int i = 0; i < attempts; i++) {
      String name = "attempt " + i;
      Callable<Lease> take =
          () -> {
            start.await();
            return Lease.take(staging.call(), name, timeout);
          };
      all.add(threads.submit(take));
    }
    start.countDown();
    List<Lease> taken = new ArrayList<>();
    for (Future<Lease> attempt : all) {
      try {
        taken.add(attempt.get());
      } catch (ExecutionException e) {
        Throwable cause = requireNonNull(e.getCause());
        String message = String.valueOf(cause.getMessage());
        assertEquals(LeaseException.class, cause.getClass(), message);
        assertTrue(message.contains("another attempt"), message);
      }
    }
    threads.shutdown();
    assertEquals(1, taken.size());
    taken.get(0).require();
    taken.get(0).close();
  }

  @Test
  void aLateAttemptIsToldWhoHoldsTheRunAndDisturbsNothing() throws Exception {
    try (Lease held = Lease.take(staging(), "application 7 on host a", TIMEOUT)) {
      var e = assertThrows(LeaseException.class, () -> Lease.take(staging(), "late", TIMEOUT));
      assertTrue(
          String.valueOf(e.getMessage()).contains("application 7 on host a, since 20"),
          e::getMessage);
      assertTrue(String.valueOf(e.getMessage()).contains("--run-id"), e.getMessage());
      held.require();
      assertEquals(List.of("lease-1"), claims());
    }
  }

  @Test
  void aReleasedLeaseCanBeTaken() throws Exception {
    Lease.take(staging(), "first", TIMEOUT).close();
    assertEquals(List.of(), claims());
    try (Lease second = Lease.take(staging(), "second", TIMEOUT)) {
      second.require();
    }
  }

  @Test
  void aStaleLeaseIsTakenOverWithTheNextNumber() throws Exception {
    deadLease("lease-3");
    try (Lease lease = Lease.take(staging(), "successor", TIMEOUT)) {
      lease.require();
      assertEquals(List.of("lease-3", "lease-4"), claims());
    }
    assertEquals(List.of(), claims());
  }

  @Test
  void aLeaseWithoutContentIsStaleByTheOwnTimeout() throws Exception {
    Files.writeString(deadLease("lease-1"), "");
    Lease.take(staging(), "successor", TIMEOUT).close();
  }

  @Test
  void aFreshLeaseOfADeadAttemptIsWaitedFor() throws Exception {
    Path dead = deadLease("lease-3");
    Files.setLastModifiedTime(dead, FileTime.from(Instant.now()));
    long start = System.nanoTime();
    Lease.take(staging(), "successor", TIMEOUT).close();
    assertTrue(System.nanoTime() - start >= TIMEOUT.toNanos() * 9 / 10, "it might have lived");
  }

  /** A holder with a longer timeout renews its lease less often. */
  @Test
  void aHolderIsNotTakenForDeadBeforeItsOwnTimeoutIsOver() throws Exception {
    try (Lease held = Lease.take(staging(), "slow", TIMEOUT.multipliedBy(12))) {
      for (String claim : claims()) {
        Files.setLastModifiedTime(
            lease().resolve(claim), FileTime.from(Instant.now().minus(TIMEOUT.multipliedBy(5))));
      }
      var e = assertThrows(LeaseException.class, () -> Lease.take(staging(), "hasty", TIMEOUT));
      assertTrue(String.valueOf(e.getMessage()).contains("at this run: slow"), e::toString);
      held.require();
    }
  }

  @Test
  void anAttemptThatWasPausedForTooLongHasLostTheRun() throws Exception {
    var told = new CountDownLatch(1);
    Lease paused = Lease.take(staging(), "paused", TIMEOUT);
    paused.onLoss(told::countDown);
    // The lease looks as if nothing had renewed it.
    Lease successor;
    List<Path> files = claims().stream().map(c -> lease().resolve(c)).toList();
    try (Still still = new Still(files)) {
      successor = Lease.take(staging(), "successor", TIMEOUT);
    }
    assertTrue(told.await(30, TimeUnit.SECONDS));
    var e = assertThrows(LeaseException.class, paused::require);
    assertTrue(
        String.valueOf(e.getMessage()).contains("another attempt took this run over"),
        e.getMessage());
    successor.require();
    paused.close();
    successor.require();
    successor.close();
    assertEquals(List.of(), claims());
  }

  /** Keeps the times of files in the past while others write them, as for a paused process. */
  private static final class Still implements AutoCloseable {
    private final Thread thread;

    Still(List<Path> files) {
      thread =
          new Thread(
              () -> {
                while (!Thread.currentThread().isInterrupted()) {
                  files.forEach(Still::age);
                }
              });
      thread.start();
    }

    private static void age(Path file) {
      try {
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
      } catch (IOException e) {
        // The file is being written.
      }
    }

    @Override
    public void close() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }

  @Test
  void theLeaseOfADeletedRunIsLost() throws Exception {
    Lease lease = Lease.take(staging(), "first", TIMEOUT);
    staging().delete();
    assertThrows(LeaseException.class, lease::require);
    lease.close();
    Await.until("no lease is renewed any more", () -> leaseThreads() == 0);
    assertFalse(Files.exists(folder.resolve("_staging")), "a lost claim is not renewed");
  }

  @Test
  void theClockFileOfAKilledAttemptIsDeletedWithTheLease() throws Exception {
    Path old = deadLease("_clock-killed");
    Lease lease = Lease.take(staging(), "second", TIMEOUT);
    Path active = Files.writeString(lease().resolve("_clock-waiting"), "");
    lease.close();
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(active), "an attempt that waits uses it");
  }

  private static long leaseThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals("repvit-lease"))
        .count();
  }

  private Path deadLease(String name) throws IOException {
    Path file =
        Files.writeString(
            Files.createDirectories(lease()).resolve(name), "a\n2000\ndead\n2023-11-14");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
    return file;
  }

  private Staging staging() throws IOException {
    return new Staging(
        FileSystem.getLocal(new Configuration(false)),
        new RunKey(folder.toUri().toString(), DATE, "nightly"));
  }

  private Path lease() {
    return folder.resolve("_staging/2026-01-09-nightly/lease");
  }

  private List<String> claims() throws IOException {
    if (!Files.exists(lease())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(lease())) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }
}
