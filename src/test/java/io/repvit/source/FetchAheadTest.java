package io.repvit.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.source.FetchAhead.FetchStoppedException;
import io.repvit.testing.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FetchAheadTest {
  private final StubStore store = new StubStore();
  private final ObjectReader reader = new ObjectReader(store.configuration(), 1 << 20);

  @AfterEach
  void nothingIsLeftRunning() throws InterruptedException {
    assertEquals(0, store.openStreams());
    awaitNoThreads();
  }

  @Test
  void objectsComeInTheOrderOfTheListing() {
    List<SourceObject> objects = objects(200);
    var random = new Random(1);
    store.onOpen = path -> pause(random.nextInt(4));
    try (var fetch = fetch(objects, 8, 1 << 20)) {
      assertEquals(objects, drain(fetch));
    }
  }

  @Test
  void neverMoreThanTheWindowIsAhead() {
    List<SourceObject> objects = objects(500);
    Map<String, Long> lengths =
        objects.stream().collect(Collectors.toMap(SourceObject::path, SourceObject::length));
    var window = new FetchWindow(5, 2500);
    var aheadObjects = new AtomicLong();
    var aheadBytes = new AtomicLong();
    var mostObjects = new AtomicLong();
    var mostBytes = new AtomicLong();
    store.onOpen =
        path -> {
          long n = aheadObjects.incrementAndGet();
          long bytes = aheadBytes.addAndGet(lengths.getOrDefault(path, 0L));
          mostObjects.accumulateAndGet(n, Math::max);
          mostBytes.accumulateAndGet(bytes, Math::max);
          pause(n % 2);
        };
    try (var fetch = new FetchAhead(objects.iterator(), reader, window, 2)) {
      while (fetch.hasNext()) {
        SourceObject object = object(fetch.next());
        aheadObjects.decrementAndGet();
        aheadBytes.addAndGet(-object.length());
      }
    }
    assertEquals(0, aheadObjects.get());
    assertTrue(mostObjects.get() <= window.objects(), "most objects " + mostObjects);
    assertTrue(mostBytes.get() <= window.bytes(), "most bytes " + mostBytes);
    assertTrue(mostObjects.get() > 1, "nothing was read ahead");
  }

  /**
   * A pause of the machine may make the consumer look slow, so the test waits for the full window.
   */
  @Test
  void aSlowStoreIsAskedForMoreUpToTheWindow() {
    List<SourceObject> objects = objects(5000);
    store.onOpen = path -> pause(3);
    int consumed = 0;
    try (var fetch = new FetchAhead(objects.iterator(), reader, new FetchWindow(6, 1 << 20), 1)) {
      while (fetchThreads() < 6) {
        assertEquals(objects.get(consumed++), object(fetch.next()));
      }
      for (int i = 0; i < 50; i++) {
        assertEquals(objects.get(consumed++), object(fetch.next()));
        int opened = store.opened().size();
        assertTrue(opened <= consumed + 6, opened + " opened, " + consumed + " consumed");
      }
    }
  }

  @Test
  void theWindowOfObjectsIsFilledAndNotPassed() throws InterruptedException {
    store.permits.drainPermits();
    try (var fetch = fetch(objects(20), 4, 1 << 20)) {
      assertTrue(fetch.hasNext());
      Await.until("4 are open", () -> store.opened().size() >= 4);
      awaitNothingToDo();
      assertEquals(4, store.opened().size());
      store.permits.release(1000);
      assertEquals(20, drain(fetch).size());
    }
  }

  @Test
  void theWindowOfBytesIsFilledAndNotPassed() throws InterruptedException {
    List<SourceObject> objects = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      objects.add(store.add("o" + i, 40));
    }
    store.permits.drainPermits();
    try (var fetch = fetch(objects, 8, 120)) {
      assertTrue(fetch.hasNext());
      Await.until("3 are open", () -> store.opened().size() >= 3);
      awaitNothingToDo();
      assertEquals(3, store.opened().size());
      store.permits.release(1000);
      assertEquals(objects, drain(fetch));
    }
  }

  @Test
  void anObjectLargerThanTheWindowPassesAlone() {
    List<SourceObject> objects =
        List.of(
            store.add("a", 10),
            store.add("b", 10),
            store.add("large", 500),
            store.add("larger", 600),
            store.add("c", 10));
    var consumed = new AtomicLong();
    var aheadOfLarge = new ArrayList<Long>();
    store.onOpen =
        path -> {
          if (path.contains("large")) {
            aheadOfLarge.add(store.opened().size() - consumed.get());
          }
        };
    var seen = new ArrayList<SourceObject>();
    try (var fetch = fetch(objects, 4, 100)) {
      while (fetch.hasNext()) {
        seen.add(object(fetch.next()));
        consumed.incrementAndGet();
      }
    }
    assertEquals(objects, seen);
    assertEquals(List.of(1L, 1L), aheadOfLarge);
  }

  @Test
  void listedObjectsAreTakenOnlyWhenTheyAreNeeded() {
    var taken = new AtomicLong();
    Iterator<SourceObject> objects = objects(1000).iterator();
    var counting =
        new Iterator<SourceObject>() {
          @Override
          public boolean hasNext() {
            return objects.hasNext();
          }

          @Override
          public SourceObject next() {
            taken.incrementAndGet();
            return objects.next();
          }
        };
    try (var fetch = new FetchAhead(counting, reader, new FetchWindow(3, 1 << 20), 1)) {
      fetch.next();
      assertTrue(taken.get() <= 4, "taken " + taken);
    }
  }

  @Test
  void aFailedReadIsReturnedInItsPlace() {
    List<SourceObject> objects = objects(9);
    store.fail(objects.get(4), new IOException("reset"));
    var kinds = new ArrayList<Boolean>();
    var seen = new ArrayList<SourceObject>();
    try (var fetch = fetch(objects, 3, 1 << 20)) {
      while (fetch.hasNext()) {
        Fetched fetched = fetch.next();
        kinds.add(fetched instanceof Fetched.Bytes);
        seen.add(object(fetched));
      }
    }
    assertEquals(objects, seen);
    assertEquals(List.of(true, true, true, true, false, true, true, true, true), kinds);
  }

  @Test
  void nothingToReadIsTheEnd() {
    try (var fetch = fetch(List.of(), 3, 100)) {
      assertFalse(fetch.hasNext());
      assertThrows(NoSuchElementException.class, fetch::next);
      assertEquals(0, fetchThreads());
    }
  }

  @Test
  void closingEarlyStopsReadsInFlight() throws InterruptedException {
    store.permits.drainPermits();
    try (var fetch = fetch(objects(50), 6, 1 << 20)) {
      assertTrue(fetch.hasNext());
      Await.until("6 are open", () -> store.openStreams() == 6);
      assertEquals(6, fetchThreads());
    }
    assertEquals(0, store.openStreams());
    awaitNoThreads();
    assertEquals(6, store.opened().size());
  }

  /** A killed task is interrupted, and closes while its interrupt flag is set. */
  @Test
  void anInterruptedTaskWaitsForItsReadsToEndToo() throws InterruptedException {
    store.permits.drainPermits();
    var fetch = fetch(objects(50), 6, 1 << 20);
    assertTrue(fetch.hasNext());
    Await.until("6 are open", () -> store.openStreams() == 6);
    Thread.currentThread().interrupt();
    try {
      fetch.close();
      assertEquals(0, store.openStreams());
    } finally {
      assertTrue(Thread.interrupted(), "the mark is kept");
    }
  }

  @Test
  void closingTwiceDoesNothingMore() {
    var fetch = fetch(objects(5), 2, 1 << 20);
    fetch.next();
    fetch.close();
    fetch.close();
  }

  @Test
  void anInterruptWhileWaitingEndsTheTaskAndKeepsItsMark() {
    store.permits.drainPermits();
    try (var fetch = fetch(objects(5), 2, 1 << 20)) {
      Thread.currentThread().interrupt();
      assertThrows(FetchStoppedException.class, fetch::next);
      assertTrue(Thread.interrupted());
    }
  }

  /** For a consumer whose batch is as large as the window, so that the window is full at once. */
  private FetchAhead fetch(List<SourceObject> objects, int count, long bytes) {
    return new FetchAhead(objects.iterator(), reader, new FetchWindow(count, bytes), count);
  }

  /** Objects of 1 to 1000 bytes. */
  private List<SourceObject> objects(int count) {
    var random = new Random(count);
    var objects = new ArrayList<SourceObject>();
    for (int i = 0; i < count; i++) {
      objects.add(store.add("o" + i, 1 + random.nextInt(1000)));
    }
    return objects;
  }

  private static List<SourceObject> drain(FetchAhead fetch) {
    var objects = new ArrayList<SourceObject>();
    fetch.forEachRemaining(fetched -> objects.add(object(fetched)));
    return objects;
  }

  private static SourceObject object(Fetched fetched) {
    if (fetched instanceof Fetched.Failed failed) {
      return failed.row().object();
    }
    var bytes = assertInstanceOf(Fetched.Bytes.class, fetched);
    assertEquals(bytes.object().length(), bytes.bytes().length);
    for (byte b : bytes.bytes()) {
      assertEquals(StubStore.content(bytes.object().path()), b);
    }
    return bytes.object();
  }

  /** Threads of a pool that was shut down need a moment to end. */
  private static void awaitNoThreads() throws InterruptedException {
    Await.until("no thread fetches", () -> fetchThreads() == 0);
  }

  /** Waits until each fetching thread waits: for a permit of the store, or for another object. */
  private static void awaitNothingToDo() throws InterruptedException {
    Await.until(
        "all threads wait", () -> threads().allMatch(t -> t.getState() == Thread.State.WAITING));
  }

  private static long fetchThreads() {
    return threads().count();
  }

  private static Stream<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals("repvit-fetch"));
  }

  /** The time that the store takes to answer. */
  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
