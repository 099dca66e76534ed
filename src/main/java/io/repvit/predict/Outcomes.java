package io.repvit.predict;

import java.io.Serial;
import java.io.Serializable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of bytes in one run, on one executor, by their hash: a bounded cache, so that
 * identical bytes are mostly scored once. It is broadcast: the tasks of an executor share one, and
 * it goes when the run destroys the broadcast.
 */
public final class Outcomes implements Serializable {
  /** Heap per executor and run: 32 MiB, about 15,000 images with embeddings of 384 numbers. */
  public static final long MAX_BYTES = 32L << 20;

  private static final long serialVersionUID = 1;

  private final long maxBytes;
  private final transient Map<String, Outcome> byHash = new LinkedHashMap<>(16, 0.75f, true);
  private transient long bytes;

  public Outcomes(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** On an executor it begins empty. */
  @Serial
  private Object readResolve() {
    return new Outcomes(maxBytes);
  }

  /**
   * What became of bytes, if a task has scored them and it was not evicted since.
   *
   * @param sha256 their hash, lower-case hex
   */
  synchronized @Nullable Outcome get(String sha256) {
    return byHash.get(sha256);
  }

  /** Keeps an outcome, and evicts what was used longest ago when there are too many. */
  synchronized void put(String sha256, Outcome outcome) {
    Outcome before = byHash.put(sha256, outcome);
    bytes += outcome.size() - (before == null ? 0 : before.size());
    Iterator<Outcome> eldest = byHash.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      bytes -= eldest.next().size();
      eldest.remove();
    }
  }

  /** Bytes that are kept, estimated. */
  synchronized long bytes() {
    return bytes;
  }
}
