package io.repvit.metrics;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Durations by stage. All stages except {@code fetch} are time of task threads and do not overlap;
 * their sum is the time that tasks spend on images. Fetches run concurrently with them and with
 * each other.
 *
 * @param fetch reading one object from storage, from the request to the last byte
 * @param fetchWait time for which the task thread waits for the bytes of one image
 * @param decode hashing and decoding one image
 * @param preprocess resizing, cropping and normalising one image
 * @param infer running one batch in ONNX Runtime
 * @param write creating one row and passing it to the Parquet writer
 */
public record StageTimes(
    Durations fetch,
    Durations fetchWait,
    Durations decode,
    Durations preprocess,
    Durations infer,
    Durations write)
    implements Serializable {
  /** No durations. */
  public static final StageTimes NONE =
      new StageTimes(
          Durations.NONE,
          Durations.NONE,
          Durations.NONE,
          Durations.NONE,
          Durations.NONE,
          Durations.NONE);

  /** Returns the sum of both. */
  public StageTimes plus(StageTimes o) {
    return new StageTimes(
        fetch.plus(o.fetch),
        fetchWait.plus(o.fetchWait),
        decode.plus(o.decode),
        preprocess.plus(o.preprocess),
        infer.plus(o.infer),
        write.plus(o.write));
  }

  /** Returns all stages by their name in the manifest, in processing order. */
  public Map<String, Durations> byName() {
    var all = new LinkedHashMap<String, Durations>();
    all.put("fetch", fetch);
    all.putAll(ofTaskThreads());
    return all;
  }

  /** Returns the stages of task threads, which do not overlap. */
  public Map<String, Durations> ofTaskThreads() {
    var all = new LinkedHashMap<String, Durations>();
    all.put("fetch_wait", fetchWait);
    all.put("decode", decode);
    all.put("preprocess", preprocess);
    all.put("infer", infer);
    all.put("write", write);
    return all;
  }

  /** Collects the durations of one task, except for fetches. */
  public static final class Recorder {
    /** See {@link StageTimes#fetchWait}. */
    public final Durations.Recorder fetchWait = new Durations.Recorder();

    /** See {@link StageTimes#decode}. */
    public final Durations.Recorder decode = new Durations.Recorder();

    /** See {@link StageTimes#preprocess}. */
    public final Durations.Recorder preprocess = new Durations.Recorder();

    /** See {@link StageTimes#infer}. */
    public final Durations.Recorder infer = new Durations.Recorder();

    /** See {@link StageTimes#write}. */
    public final Durations.Recorder write = new Durations.Recorder();

    /**
     * Returns the durations recorded so far.
     *
     * @param fetch durations of the fetches, which other threads record
     */
    public StageTimes total(Durations fetch) {
      return new StageTimes(
          fetch,
          fetchWait.total(),
          decode.total(),
          preprocess.total(),
          infer.total(),
          write.total());
    }
  }
}
