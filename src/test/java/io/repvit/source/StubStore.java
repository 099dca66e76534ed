package io.repvit.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A store in memory behind Hadoop's interface. It counts what is opened and closed, and its reads
 * wait for permits, so that a test decides when they end.
 */
public final class StubStore {
  private static final Map<String, StubStore> ALL = new ConcurrentHashMap<>();

  private final String authority = UUID.randomUUID().toString();
  private final Map<String, Integer> lengths = new ConcurrentHashMap<>();
  private final Map<String, IOException> failures = new ConcurrentHashMap<>();
  private final List<String> opened = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger openStreams = new AtomicInteger();

  /** A read takes one permit. */
  final Semaphore permits = new Semaphore(Integer.MAX_VALUE);

  /** Told of every path that is opened, on the thread that opens. */
  volatile Consumer<String> onOpen = path -> {};

  public StubStore() {
    ALL.put(authority, this);
  }

  public Configuration configuration() {
    var configuration = new Configuration(false);
    configuration.set("fs.stub.impl", Stub.class.getName());
    configuration.setBoolean("fs.stub.impl.disable.cache", true);
    return configuration;
  }

  /** Stores an object, as its listing shows it. */
  public SourceObject add(String name, int length) {
    var object = new SourceObject("stub://" + authority + "/" + name, length, 0, null);
    lengths.put(object.path(), length);
    return object;
  }

  /** Opening {@code object} fails. */
  void fail(SourceObject object, IOException e) {
    failures.put(object.path(), e);
  }

  /** The byte that {@code path} has throughout. */
  static byte content(String path) {
    return (byte) path.hashCode();
  }

  /** Paths in the order in which they were opened. */
  public List<String> opened() {
    synchronized (opened) {
      return List.copyOf(opened);
    }
  }

  /** Streams not yet closed. */
  public int openStreams() {
    return openStreams.get();
  }

  private FSDataInputStream open(String path) throws IOException {
    opened.add(path);
    onOpen.accept(path);
    IOException failure = failures.get(path);
    if (failure != null) {
      throw failure;
    }
    Integer length = lengths.get(path);
    if (length == null) {
      throw new FileNotFoundException(path);
    }
    openStreams.incrementAndGet();
    return new FSDataInputStream(new Stream(path, length));
  }

  private final class Stream extends FSInputStream {
    private final String path;
    private final int length;
    private int position;
    private boolean permitted;
    private boolean closed;

    Stream(String path, int length) {
      this.path = path;
      this.length = length;
    }

    @Override
    public int read() throws IOException {
      await();
      if (position == length) {
        return -1;
      }
      position++;
      return content(path) & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      await();
      if (position == length) {
        return -1;
      }
      int n = Math.min(count, length - position);
      Arrays.fill(bytes, offset, offset + n, content(path));
      position += n;
      return n;
    }

    private void await() throws InterruptedIOException {
      if (permitted) {
        return;
      }
      try {
        permits.acquire();
        permitted = true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (InterruptedIOException) new InterruptedIOException("stopped").initCause(e);
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        openStreams.decrementAndGet();
      }
    }

    @Override
    public void seek(long target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }
  }

  /** What Hadoop instantiates. */
  public static final class Stub extends FileSystem {
    private URI uri = URI.create("stub:///");

    @Override
    public void initialize(URI name, Configuration conf) throws IOException {
      super.initialize(name, conf);
      uri = URI.create("stub://" + name.getAuthority());
    }

    @Override
    public URI getUri() {
      return uri;
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      StubStore store = ALL.get(path.toUri().getAuthority());
      if (store == null) {
        throw new FileNotFoundException(path.toString());
      }
      return store.open(path.toString());
    }

    @Override
    public FileStatus getFileStatus(Path path) {
      throw new UnsupportedOperationException("a HEAD request that is not needed");
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean rename(Path from, Path to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean delete(Path path, boolean recursive) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileStatus[] listStatus(Path path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setWorkingDirectory(Path path) {}

    @Override
    public Path getWorkingDirectory() {
      return new Path(uri + "/");
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) {
      throw new UnsupportedOperationException();
    }
  }
}
