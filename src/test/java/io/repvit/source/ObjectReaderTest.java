package io.repvit.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.source.Quarantined.Stage;
import io.repvit.storage.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import org.apache.hadoop.fs.s3a.UnknownStoreException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectReaderTest {
  private static final int MAX_BYTES = 100;

  private final StubStore store = new StubStore();
  private final ObjectReader reader = new ObjectReader(store.configuration(), MAX_BYTES);

  @TempDir private Path folder;

  @Test
  void anObjectIsReadWholeAndItsStreamClosed() throws InterruptedIOException {
    SourceObject object = store.add("a", MAX_BYTES);
    byte[] bytes = assertInstanceOf(Fetched.Bytes.class, reader.read(object)).bytes();
    assertEquals(MAX_BYTES, bytes.length);
    assertEquals(StubStore.content(object.path()), bytes[MAX_BYTES - 1]);
    assertEquals(0, store.openStreams());
  }

  @Test
  void anObjectWithoutBytesIsNotOpened() throws InterruptedIOException {
    Quarantined row = failed(store.add("a", 0));
    assertEquals(List.of(Stage.LIST, "EMPTY"), List.of(row.stage(), row.code()));
    assertEquals("list/EMPTY", row.reason());
    assertEquals(List.of(), store.opened());
  }

  @Test
  void anObjectThatIsTooLongIsNotOpened() throws InterruptedIOException {
    Quarantined row = failed(store.add("a", MAX_BYTES + 1));
    assertEquals(List.of(Stage.LIST, "TOO_MANY_BYTES"), List.of(row.stage(), row.code()));
    assertEquals("the object has 101 bytes, expected at most 100 (max-image-bytes)", row.message());
    assertEquals(List.of(), store.opened());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 49, 51, 99})
  void anObjectThatGrewOrShrankIsNotAnImage(int now) throws InterruptedIOException {
    SourceObject object = store.add("a", 50);
    store.add("a", now);
    Quarantined row = failed(object);
    assertEquals("fetch/CHANGED", row.reason());
    assertEquals(
        now < 50
            ? "the object ends after " + now + " of the 50 listed bytes"
            : "the object has more than the 50 listed bytes",
        row.message());
    assertEquals(0, store.openStreams());
  }

  @Test
  void aLocalFileThatGrewShrankOrVanishedIsTold() throws IOException {
    Path file = Files.write(folder.resolve("a.jpg"), new byte[] {1, 2, 3, 4, 5});
    var local = new ObjectReader(new Configuration(false), MAX_BYTES);
    SourceObject object = new SourceObject("file:" + file, 5, 0, null);
    assertArrayEquals(
        new byte[] {1, 2, 3, 4, 5},
        assertInstanceOf(Fetched.Bytes.class, local.read(object)).bytes());
    Files.write(file, new byte[6]);
    assertEquals("fetch/CHANGED", reason(local.read(object)));
    Files.write(file, new byte[4]);
    assertEquals("fetch/CHANGED", reason(local.read(object)));
    Files.delete(file);
    assertEquals("fetch/NOT_FOUND", reason(local.read(object)));
  }

  @Test
  void aStoreThatAnswersNoReadAnyMoreEndsTheTask() throws InterruptedIOException {
    SourceObject good = store.add("good", 1);
    SourceObject bad = store.add("bad", 1);
    store.fail(bad, new SocketTimeoutException("read timed out"));
    for (int i = 0; i < 64; i++) {
      assertEquals("fetch/TIMEOUT", reason(reader.read(bad)));
    }
    assertInstanceOf(Fetched.Bytes.class, reader.read(good));
    for (int i = 0; i < 64; i++) {
      assertEquals("fetch/TIMEOUT", reason(reader.read(bad)));
    }
    var away = assertThrows(StoreException.class, () -> reader.read(bad));
    assertEquals(
        "65 consecutive reads failed, the last one with: read timed out",
        String.valueOf(away.getMessage()));
  }

  static Stream<Arguments> storeFailures() {
    return Stream.of(
        Arguments.of(new UnknownHostException("s3.example.org"), "check fs.s3a.endpoint"),
        Arguments.of(new ConnectException("refused"), "check fs.s3a.endpoint"),
        Arguments.of(
            new UnknownStoreException("photos", "no such bucket"), "check the bucket's name"));
  }

  @ParameterizedTest
  @MethodSource("storeFailures")
  void aStoreThatServesNobodyIsNoFaultOfTheObject(IOException e, String remedy) {
    SourceObject object = store.add("a", 1);
    store.fail(object, e);
    var away = assertThrows(StoreException.class, () -> reader.read(object));
    String message = String.valueOf(away.getMessage());
    assertTrue(message.startsWith(object.path()) && message.contains(remedy), message);
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of("NOT_FOUND", new FileNotFoundException("gone")),
        Arguments.of("CHANGED", new RemoteFileChangedException("p", "open", "etag differs")),
        Arguments.of("ACCESS_DENIED", new AccessDeniedException("p")),
        Arguments.of("ACCESS_DENIED", new AccessControlException("p")),
        // What java.io says of a local file.
        Arguments.of("ACCESS_DENIED", new FileNotFoundException("/p (Permission denied)")),
        Arguments.of("TIMEOUT", new SocketTimeoutException("read timed out")),
        Arguments.of("IO_ERROR", new IOException("connection reset")),
        Arguments.of("IO_ERROR", new IOException()));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsARowWithItsCodeAndAMessage(String code, IOException e)
      throws InterruptedIOException {
    SourceObject object = store.add("a", 5);
    store.fail(object, e);
    Quarantined row = failed(object);
    assertEquals("fetch/" + code, row.reason());
    assertEquals(object, row.object());
    assertFalse(row.message().isBlank());
  }

  @Test
  void anInterruptedReadIsNoRow() {
    SourceObject object = store.add("a", 5);
    store.permits.drainPermits();
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedIOException.class, () -> reader.read(object));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(0, store.openStreams());
  }

  private Quarantined failed(SourceObject object) throws InterruptedIOException {
    return assertInstanceOf(Fetched.Failed.class, reader.read(object)).row();
  }

  private static String reason(Fetched fetched) {
    return assertInstanceOf(Fetched.Failed.class, fetched).row().reason();
  }
}
