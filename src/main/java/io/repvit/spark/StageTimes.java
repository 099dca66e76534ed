package io.repvit.spark;

import java.io.Serializable;

/**
 * Where the time of task threads went, summed, nanoseconds.
 *
 * @param fetchWait waiting for bytes that were not there yet
 * @param decode hashing and decoding
 * @param preprocess resizing, cropping, normalising
 * @param infer ONNX Runtime
 * @param write making rows and Parquet
 */
public record StageTimes(long fetchWait, long decode, long preprocess, long infer, long write)
    implements Serializable {
  /** No time. */
  public static final StageTimes ZERO = new StageTimes(0, 0, 0, 0, 0);

  /** The sum of both. */
  public StageTimes plus(StageTimes o) {
    return new StageTimes(
        fetchWait + o.fetchWait,
        decode + o.decode,
        preprocess + o.preprocess,
        infer + o.infer,
        write + o.write);
  }
}
