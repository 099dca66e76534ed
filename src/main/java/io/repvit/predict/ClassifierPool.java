package io.repvit.predict;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * The sessions of this JVM: one per model, shared by the tasks that lease it, with the batches they
 * have used. A session that nobody leases stays for the next task and is closed when another model
 * comes or the JVM ends; one that is leased then is closed when its last lease is.
 */
public final class ClassifierPool {
  /** The pool of this JVM. */
  public static final ClassifierPool SHARED = new ClassifierPool();

  static {
    // ONNX Runtime crashes when the JVM exits while a session is created: the hook waits for the
    // lock under which sessions are created, and afterwards none is.
    Runtime.getRuntime().addShutdownHook(new Thread(SHARED::shutdown, "repvit-shutdown"));
  }

  /**
   * @param threads threads that compute one batch
   * @param batch images per run
   */
  private record Key(String sha256, int threads, int batch) {}

  private final Map<Key, Entry> entries = new HashMap<>();
  private boolean ended;

  ClassifierPool() {}

  /** Leases the session of a model; the caller closes the lease. */
  public synchronized Lease lease(ModelFile file, int threads, int batch) throws ModelException {
    if (ended) {
      throw new IllegalStateException("the JVM is shutting down, no session is opened");
    }
    var key = new Key(file.sha256(), threads, batch);
    Entry entry = entries.get(key);
    if (entry == null) {
      closeIdle();
      entry = new Entry(ClassifierSession.open(file, threads, batch));
      entries.put(key, entry);
    }
    ImageBatch buffers = entry.free.isEmpty() ? entry.session.newBatch(batch) : entry.free.remove();
    entry.leases++;
    return new Lease(entry, buffers);
  }

  /** Sessions open in this JVM, idle ones included. */
  synchronized int open() {
    return entries.size();
  }

  /** Leases not yet returned in this JVM. */
  synchronized int leased() {
    return entries.values().stream().mapToInt(e -> e.leases).sum();
  }

  /** Closes the sessions that nobody leases. */
  synchronized void closeIdle() {
    for (var e : new ArrayList<>(entries.entrySet())) {
      if (e.getValue().leases == 0) {
        entries.remove(e.getKey());
        e.getValue().close();
      }
    }
  }

  /** Opens nothing more and closes each session as soon as nobody leases it. */
  synchronized void shutdown() {
    ended = true;
    closeIdle();
  }

  private static final class Entry {
    private final ClassifierSession session;
    private final ArrayDeque<ImageBatch> free = new ArrayDeque<>();
    private int leases;

    Entry(ClassifierSession session) {
      this.session = session;
    }

    void close() {
      free.forEach(ImageBatch::close);
      session.close();
    }
  }

  /** A session and a batch for one task, until closed. */
  public final class Lease implements AutoCloseable {
    private final Entry entry;
    private final ImageBatch batch;
    private boolean returned;

    private Lease(Entry entry, ImageBatch batch) {
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
          entry.leases--;
          if (ended) {
            closeIdle();
          }
        }
      }
    }
  }
}
