package io.repvit.source;

/**
 * How many reads must be under way so that their consumer need not wait: by Little's law the
 * latency of a read over the time that the consumer takes per object, its waiting not counted.
 *
 * <p>Latency is judged as TCP judges it for its timeouts (RFC 6298): smoothed, plus four
 * deviations. The consumer takes objects in bursts, a batch at a time, so there must be a batch
 * more. Reads are asked for in bursts too: what S3A and the kernel run for a request is then in the
 * processor's caches for the next one, where inference would have driven it out.
 */
final class FetchPace {
  private static final double LATENCY_WEIGHT = 1 / 8.0;
  private static final double DEVIATION_WEIGHT = 1 / 4.0;
  private static final double DEVIATIONS = 4;

  private static final double CONSUMER_WEIGHT = 1 / 8.0;

  /** Reads that are asked for at once, at least: 12. */
  private static final int BURST = 12;

  private final int most;
  private final int batch;
  private double latency;
  private double deviation;
  private double perObject;
  private long reads;
  private long consumed;
  private long sinceBatch;
  private int inFlight;

  /**
   * @param most objects that may be ahead of the consumer
   * @param batch objects that the consumer takes at a time
   */
  FetchPace(int most, int batch) {
    this.most = most;
    this.batch = batch;
    inFlight = Math.min(most, batch);
  }

  /** A read ended well. */
  void read(long nanos) {
    if (reads == 0) {
      latency = nanos;
      deviation = nanos / 2.0;
    } else {
      deviation += DEVIATION_WEIGHT * (Math.abs(nanos - latency) - deviation);
      latency += LATENCY_WEIGHT * (nanos - latency);
    }
    reads++;
  }

  /** The consumer came back for the next object; the pace changes by one at most. */
  void consumed(long nanos) {
    sinceBatch += nanos;
    consumed++;
    if (consumed % batch == 0) {
      double mean = (double) sinceBatch / batch;
      perObject += (consumed == batch ? 1 : CONSUMER_WEIGHT) * (mean - perObject);
      sinceBatch = 0;
    }
    if (reads > 0 && consumed >= batch) {
      inFlight += Integer.signum(needed() - inFlight);
    }
  }

  private int needed() {
    double objects = Math.ceil((latency + DEVIATIONS * deviation) / Math.max(1, perObject));
    return (int) Math.max(1, Math.min(most, objects));
  }

  /** Reads that must be under way. */
  int inFlight() {
    return inFlight;
  }

  /** Reads that may be under way: a burst at once, but of a store that is fast one by one. */
  int threads() {
    return inFlight == 1 ? 1 : Math.min(most, inFlight + burst());
  }

  /** Objects ahead of the consumer, read or not, at which more are asked for. */
  int low() {
    return Math.min(most, inFlight + batch);
  }

  /** Objects ahead of the consumer up to which they are asked for. */
  int high() {
    return Math.min(most, inFlight + batch + burst());
  }

  private int burst() {
    return Math.max(batch, BURST);
  }
}
