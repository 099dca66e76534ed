package io.repvit.predict;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The model sessions of this JVM. Tasks with the same model share one session; each acquires a
 * handle with a batch of its own. Sessions without handles stay open for the next task: of these
 * idle sessions the pool keeps the {@value #MOST_IDLE} that were used last. On shutdown, a session
 * with handles is closed when the last handle is.
 */
public final class ClassifierPool {
  /** Largest number of idle sessions: 4, so that an application can use some models in turn. */
  static final int MOST_IDLE = 4;

  /** The pool that all tasks of this JVM use. */
  public static final ClassifierPool SHARED = new ClassifierPool();

  static {
    // ONNX Runtime crashes if the JVM exits while a session is created. The hook waits for the lock
    // under which sessions are created, and then prevents new ones.
    Runtime.getRuntime().addShutdownHook(new Thread(SHARED::shutdown, "repvit-shutdown"));
  }

  /**
   * @param threads threads that compute one batch
   * @param batch images per inference
   */
  private record Key(String sha256, int threads, int batch) {}

  /** Sessions, the one that was used last at the end. */
  private final Map<Key, Entry> entries = new LinkedHashMap<>();

  private boolean ended;

  ClassifierPool() {}

  /**
   * Acquires a handle to the session of a model, and opens the session if needed. The caller closes
   * the handle.
   */
  public synchronized SessionHandle acquire(ModelFile file, int threads, int batch)
      throws ModelException {
    if (ended) {
      throw new IllegalStateException("no session can be opened, the JVM is shutting down");
    }
    var key = new Key(file.sha256(), threads, batch);
    Entry entry = entries.remove(key);
    if (entry == null) {
      // The new session will be idle, too. What it replaces is closed before it takes memory.
      closeIdle(MOST_IDLE - 1);
      entry = new Entry(ClassifierSession.open(file, threads, batch));
    }
    entries.put(key, entry);
    ImageBatch buffers = entry.free.isEmpty() ? entry.session.newBatch(batch) : entry.free.remove();
    entry.handles++;
    return new SessionHandle(entry, buffers);
  }

  /** Number of open sessions, including idle ones. */
  public synchronized int open() {
    return entries.size();
  }

  /** Number of handles that are not closed. */
  public synchronized int acquired() {
    return entries.values().stream().mapToInt(e -> e.handles).sum();
  }

  /** Closes the sessions without handles. */
  synchronized void closeIdle() {
    closeIdle(0);
  }

  /** Closes the sessions without handles except for the {@code most} that were used last. */
  private void closeIdle(int most) {
    long idle = entries.values().stream().filter(e -> e.handles == 0).count();
    Iterator<Entry> oldest = entries.values().iterator();
    while (idle > most) {
      Entry entry = oldest.next();
      if (entry.handles == 0) {
        oldest.remove();
        entry.close();
        idle--;
      }
    }
  }

  /** Opens no more sessions, and closes each one when it has no handles. */
  synchronized void shutdown() {
    ended = true;
    closeIdle();
  }

  private static final class Entry {
    private final ClassifierSession session;
    private final ArrayDeque<ImageBatch> free = new ArrayDeque<>();
    private int handles;

    Entry(ClassifierSession session) {
      this.session = session;
    }

    void close() {
      free.forEach(ImageBatch::close);
      session.close();
    }
  }

  /** The right of one task to use a session and a batch, until it is closed. */
  public final class SessionHandle implements AutoCloseable {
    private final Entry entry;
    private final ImageBatch batch;
    private boolean returned;

    private SessionHandle(Entry entry, ImageBatch batch) {
      this.entry = entry;
      this.batch = batch;
    }

    public ClassifierSession session() {
      return entry.session;
    }

    public ImageBatch batch() {
      return batch;
    }

    @Override
    public void close() {
      synchronized (ClassifierPool.this) {
        if (!returned) {
          returned = true;
          entry.free.add(batch);
          entry.handles--;
          closeIdle(ended ? 0 : MOST_IDLE);
        }
      }
    }
  }
}
