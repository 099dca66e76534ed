package io.repvit.source;

/**
 * Computes how many reads must be in flight so that the consumer does not wait. By Little's law
 * that is the latency of a read divided by the time that the consumer takes per object, without the
 * time that it waits.
 *
 * <p>The latency is estimated as TCP does for its timeouts (RFC 6298): smoothed, plus four
 * deviations. The consumer takes a batch at a time, so one batch more is kept ready. Reads are
 * submitted in bursts too: the code of S3A and of the kernel then stays in the processor's caches
 * from one request to the next, and inference does not evict it.
 */
final class FetchPace {
  private static final double LATENCY_WEIGHT = 1 / 8.0;
  private static final double DEVIATION_WEIGHT = 1 / 4.0;
  private static final double DEVIATIONS = 4;

  private static final double CONSUMER_WEIGHT = 1 / 8.0;

  /** Smallest number of reads that are submitted at once. */
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
   * @param most largest number of objects ahead of the consumer
   * @param batch number of objects that the consumer takes at a time
   */
  FetchPace(int most, int batch) {
    this.most = most;
    this.batch = batch;
    inFlight = Math.min(most, batch);
  }

  /** Records the duration of a successful read. */
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

  /** Records the time that the consumer took for an object, and changes the pace by at most one. */
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

  /** Number of reads that must be in flight. */
  int inFlight() {
    return inFlight;
  }

  /** Number of threads: enough for a burst, or one if the store is fast enough for single reads. */
  int threads() {
    return inFlight == 1 ? 1 : Math.min(most, inFlight + burst());
  }

  /** Number of objects ahead of the consumer at which more reads are submitted. */
  int low() {
    return Math.min(most, inFlight + batch);
  }

  /** Number of objects ahead of the consumer up to which reads are submitted. */
  int high() {
    return Math.min(most, inFlight + batch + burst());
  }

  private int burst() {
    return Math.max(batch, BURST);
  }
}
