package io.repvit.source;

import static org.apache.hadoop.fs.s3a.Constants.ASYNC_DRAIN_THRESHOLD;
import static org.apache.hadoop.fs.s3a.Constants.READAHEAD_RANGE;

import io.repvit.UserException;
import io.repvit.metrics.Durations;
import io.repvit.source.Quarantined.Stage;
import io.repvit.storage.ObjectPath;
import io.repvit.storage.StoreException;
import io.repvit.storage.TrafficMeter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import org.apache.hadoop.fs.s3a.S3AFileStatus;

/**
 * Reads whole objects with the length and ETag of the listing, so S3A sends one GET and no HEAD. An
 * object that was replaced after it was listed is not read.
 */
public final class ObjectReader {
  /** Largest number of consecutive failed reads; each is retried for about a minute. */
  private static final int MAX_FAILURES_IN_A_ROW = 64;

  private static final String IO_ERROR = "IO_ERROR";
  private static final String TIMEOUT = "TIMEOUT";

  /** First buffer for an object of unknown length: 128 KiB, which holds most images. */
  private static final int FIRST_BUFFER_BYTES = 128 << 10;

  private final Configuration configuration;
  private final long maxBytes;
  private final boolean asksForLength;
  private final Durations.Recorder fetches = new Durations.Recorder();
  private final AtomicInteger failuresInARow = new AtomicInteger();

  /**
   * @param maxBytes longest object that is read
   */
  public ObjectReader(Configuration configuration, long maxBytes) {
    this(configuration, maxBytes, true);
  }

  private ObjectReader(Configuration configuration, long maxBytes, boolean asksForLength) {
    this.configuration = configuration;
    this.maxBytes = maxBytes;
    this.asksForLength = asksForLength;
  }

  /**
   * A reader that does not ask the store for unknown lengths: it reads to the end of the object, so
   * that S3A sends one GET and no HEAD for a path without a listing.
   */
  public static ObjectReader ofPaths(Configuration configuration, long maxBytes) {
    return new ObjectReader(configuration, maxBytes, false);
  }

  public Fetched read(SourceObject object) throws InterruptedIOException {
    SourceObject.Fault fault = object.fault();
    if (fault != null) {
      return failed(object, Stage.LIST, fault.code(), fault.message());
    }
    if (object.length() == SourceObject.UNKNOWN) {
      SourceObject sized;
      try {
        if (!asksForLength
            && !(fileSystem(ObjectPath.of(object.path())) instanceof LocalFileSystem)) {
          return readToEnd(object);
        }
        sized = sized(object);
      } catch (IOException e) {
        return counted(failed(object, e), e);
      } catch (IllegalArgumentException | UnsupportedOperationException e) {
        return unreadable(object, e);
      }
      return sized.length() == SourceObject.UNKNOWN
          ? failed(
              object,
              Stage.FETCH,
              IO_ERROR,
              "the store reports no length; add a column length to the list")
          : read(sized);
    }
    if (object.length() == 0) {
      return failed(object, Stage.LIST, "EMPTY", "the object has no bytes");
    }
    if (object.length() > maxBytes) {
      return failed(
          object,
          Stage.LIST,
          "TOO_MANY_BYTES",
          String.format(
              Locale.ROOT,
              "the object has %d bytes, expected at most %d (max-image-bytes)",
              object.length(),
              maxBytes));
    }
    long start = System.nanoTime();
    try (FSDataInputStream in = open(object)) {
      byte[] bytes = new byte[(int) object.length()];
      int read = in.readNBytes(bytes, 0, bytes.length);
      if (read < bytes.length || in.read() >= 0) {
        return failed(
            object,
            Stage.FETCH,
            "CHANGED",
            read < bytes.length
                ? String.format(
                    Locale.ROOT,
                    "the object ends after %d of the %d listed bytes",
                    read,
                    bytes.length)
                : String.format(
                    Locale.ROOT, "the object has more than the %d listed bytes", bytes.length));
      }
      fetches.record(System.nanoTime() - start);
      failuresInARow.set(0);
      return new Fetched.Bytes(object, bytes);
    } catch (IOException e) {
      return counted(failed(object, e), e);
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return unreadable(object, e);
    }
  }

  /** Reads an object of unknown length; the store's answer to the GET ends it. */
  private Fetched readToEnd(SourceObject object) throws IOException {
    long start = System.nanoTime();
    byte[] bytes = new byte[(int) Math.min(FIRST_BUFFER_BYTES, maxBytes + 1)];
    int length = 0;
    try (FSDataInputStream in = open(object)) {
      length = in.readNBytes(bytes, 0, bytes.length);
      while (length == bytes.length && length <= maxBytes) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(2L * length, maxBytes + 1));
        length += in.readNBytes(bytes, length, bytes.length - length);
      }
    }
    failuresInARow.set(0);
    if (length == 0) {
      return failed(object, Stage.LIST, "EMPTY", "the object has no bytes");
    }
    if (length > maxBytes) {
      return failed(
          object,
          Stage.LIST,
          "TOO_MANY_BYTES",
          String.format(
              Locale.ROOT,
              "the object has more than %d bytes, expected at most as many (max-image-bytes)",
              maxBytes));
    }
    fetches.record(System.nanoTime() - start);
    return new Fetched.Bytes(object, Arrays.copyOf(bytes, length));
  }

  /** The result for a path or a scheme that Hadoop does not support. */
  private static Fetched unreadable(SourceObject object, RuntimeException e) {
    return failed(object, Stage.LIST, "BAD_PATH", UserException.reason(e));
  }

  /**
   * Counts consecutive failures and fails the task after too many. When the store is down every
   * read fails, and a run would take weeks to quarantine all its objects.
   */
  private Fetched counted(Fetched failed, IOException last) {
    boolean isStoreFailure =
        failed instanceof Fetched.Failed f
            && (f.row().code().equals(IO_ERROR) || f.row().code().equals(TIMEOUT));
    if (!isStoreFailure) {
      failuresInARow.set(0);
    } else if (failuresInARow.incrementAndGet() > MAX_FAILURES_IN_A_ROW) {
      throw new StoreException(
          String.format(
              Locale.ROOT,
              "%d consecutive reads failed, the last one with: %s",
              MAX_FAILURES_IN_A_ROW + 1,
              message(last)),
          last);
    }
    return failed;
  }

  /** Durations of the reads that returned a whole object. */
  Durations fetches() {
    return fetches.total();
  }

  /** The object with the length that the store reports, if any; on S3A this is one HEAD. */
  SourceObject sized(SourceObject object) throws IOException {
    Path path = ObjectPath.of(object.path());
    FileStatus status = fileSystem(path).getFileStatus(path);
    if (status.isDirectory()) {
      throw new IllegalArgumentException(
          "found a folder, expected an object; use --input-format files for folders");
    }
    if (status.getLen() < 0) {
      return object; // Hadoop's HTTP file system reports no length
    }
    String etag = status instanceof EtagSource source ? source.getEtag() : null;
    return new SourceObject(
        object.path(),
        status.getLen(),
        status.getModificationTime(),
        object.etag() == null ? etag : object.etag(),
        object.carried());
  }

  /**
   * Converts a failed read to a quarantine row.
   *
   * @throws InterruptedIOException when the thread was interrupted
   * @throws StoreException when the store cannot be used at all
   */
  static Fetched failed(SourceObject object, IOException failure) throws InterruptedIOException {
    Optional<StoreException> store = StoreException.of(object.path(), failure);
    if (store.isPresent()) {
      throw store.get();
    }
    Optional<String> archived = StoreException.archived(failure);
    if (archived.isPresent()) {
      return failed(object, Stage.FETCH, "ARCHIVED", archived.get());
    }
    try {
      throw failure;
    } catch (InterruptedIOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return failed(object, Stage.FETCH, TIMEOUT, message(e));
    } catch (FileNotFoundException e) {
      // java.io throws this exception for a local file without read permission.
      if (message(e).endsWith("(Permission denied)")) {
        return failed(object, Stage.FETCH, "ACCESS_DENIED", message(e));
      }
      return isLink(object)
          ? failed(
              object,
              Stage.LIST,
              "BROKEN_LINK",
              "the object is a symbolic link whose target does not exist")
          : failed(
              object,
              Stage.FETCH,
              "NOT_FOUND",
              object.length() == SourceObject.UNKNOWN
                  ? "the object does not exist"
                  : "the object was listed, but does not exist now");
    } catch (ObjectPath.BadNameException e) {
      return failed(object, Stage.LIST, "BAD_NAME", message(e));
    } catch (UnsupportedFileSystemException e) {
      return failed(object, Stage.LIST, "BAD_PATH", message(e));
    } catch (RemoteFileChangedException e) {
      return failed(object, Stage.FETCH, "CHANGED", "the object was replaced after it was listed");
    } catch (AccessDeniedException | org.apache.hadoop.security.AccessControlException e) {
      return failed(object, Stage.FETCH, "ACCESS_DENIED", message(e));
    } catch (IOException e) {
      return failed(object, Stage.FETCH, IO_ERROR, message(e));
    }
  }

  private static boolean isLink(SourceObject object) {
    String file = "file:";
    return object.path().startsWith(file)
        && Files.isSymbolicLink(java.nio.file.Path.of(object.path().substring(file.length())));
  }

  /** Opens an object for a sequential read of the whole object: on S3A one GET and no HEAD. */
  FSDataInputStream open(SourceObject object) throws IOException {
    Path path = ObjectPath.of(object.path());
    FileSystem fs = fileSystem(path);
    if (fs instanceof LocalFileSystem local) {
      // The raw file system does not look for a .crc file, which would cost more than the read.
      fs = local.getRaw();
      if (object.length() == 0 && !Files.isRegularFile(local.pathToFile(path).toPath())) {
        throw new IOException("found a pipe, a socket or a device, expected a file");
      }
    }
    var opening = fs.openFile(path).opt("fs.option.openfile.read.policy", "whole-file");
    long modifiedAt = Math.max(0, object.modifiedAt());
    boolean isSized = object.length() != SourceObject.UNKNOWN;
    if (fs.getUri().getScheme().equals("s3a")) {
      // S3 answers a range that is longer than the object with the object.
      long length = isSized ? object.length() : maxBytes + 1;
      opening.withFileStatus(
          new S3AFileStatus(length, modifiedAt, path, 0, "", object.etag(), null));
      if (!isSized) {
        // Otherwise S3A drops the connection, because it expects more bytes.
        opening.opt(READAHEAD_RANGE, length).opt(ASYNC_DRAIN_THRESHOLD, length);
      }
    } else if (isSized) {
      opening.withFileStatus(new FileStatus(object.length(), false, 1, 0, modifiedAt, path));
    }
    try {
      return opening.build().get();
    } catch (InterruptedException | CancellationException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("reading stopped").initCause(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private FileSystem fileSystem(Path path) throws IOException {
    FileSystem fs = path.getFileSystem(configuration);
    TrafficMeter.SHARED.watch(fs);
    return fs;
  }

  static Fetched failed(SourceObject object, Stage stage, String code, String message) {
    return new Fetched.Failed(new Quarantined(object, stage, code, message));
  }

  static String message(IOException e) {
    return StoreException.describe(e);
  }
}
