package io.repvit.predict;

import java.io.Serial;
import java.io.Serializable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bounded cache of results by content hash, for one run on one executor. It avoids scoring
 * identical bytes again. The driver broadcasts it empty; the tasks of an executor share one
 * instance, until the run destroys the broadcast.
 */
public final class Outcomes implements Serializable {
  /**
   * Maximum heap per executor and run: 32 MiB, about 15,000 images with embeddings of 384 numbers.
   */
  public static final long MAX_BYTES = 32L << 20;

  private static final long serialVersionUID = 1;

  private final long maxBytes;
  private final transient Map<String, Outcome> byHash = new LinkedHashMap<>(16, 0.75f, true);
  private transient long bytes;

  public Outcomes(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Deserialisation on an executor creates an empty cache. */
  @Serial
  private Object readResolve() {
    return new Outcomes(maxBytes);
  }

  /**
   * The result for bytes that a task has scored; null if there is none or it was evicted.
   *
   * @param sha256 hash of the bytes, lower-case hex
   */
  synchronized @Nullable Outcome get(String sha256) {
    return byHash.get(sha256);
  }

  /** Adds a result and evicts the least recently used ones while the cache is too large. */
  synchronized void put(String sha256, Outcome outcome) {
    Outcome before = byHash.put(sha256, outcome);
    bytes += outcome.size() - (before == null ? 0 : before.size());
    Iterator<Outcome> eldest = byHash.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      bytes -= eldest.next().size();
      eldest.remove();
    }
  }

  /** Estimated heap bytes of the cached results. */
  synchronized long bytes() {
    return bytes;
  }
}
