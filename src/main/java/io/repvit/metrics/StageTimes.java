package io.repvit.metrics;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where time went, by stage. All but {@code fetch} is time of task threads, and those add up to
 * what tasks spent on images; fetches overlap with it and with each other.
 *
 * @param fetch one object read from storage, from its request to its last byte
 * @param fetchWait an image that was not there yet when the task thread asked for it
 * @param decode one image hashed and decoded
 * @param preprocess one image resized, cropped, normalised
 * @param infer one batch in ONNX Runtime
 * @param inferSecond one batch of the second model of a cascade in ONNX Runtime
 * @param write one row made and handed to Parquet
 */
public record StageTimes(
    Durations fetch,
    Durations fetchWait,
    Durations decode,
    Durations preprocess,
    Durations infer,
    Durations inferSecond,
    Durations write)
    implements Serializable {
  /** No time. */
  public static final StageTimes NONE =
      new StageTimes(
          Durations.NONE,
          Durations.NONE,
          Durations.NONE,
          Durations.NONE,
          Durations.NONE,
          Durations.NONE,
          Durations.NONE);

  /** Both together. */
  public StageTimes plus(StageTimes o) {
    return new StageTimes(
        fetch.plus(o.fetch),
        fetchWait.plus(o.fetchWait),
        decode.plus(o.decode),
        preprocess.plus(o.preprocess),
        infer.plus(o.infer),
        inferSecond.plus(o.inferSecond),
        write.plus(o.write));
  }

  /** By the name in manifests, in the order of an image's path. */
  public Map<String, Durations> byName() {
    var all = new LinkedHashMap<String, Durations>();
    all.put("fetch", fetch);
    all.putAll(ofTaskThreads());
    return all;
  }

  /** Those that add up. */
  public Map<String, Durations> ofTaskThreads() {
    var all = new LinkedHashMap<String, Durations>();
    all.put("fetch_wait", fetchWait);
    all.put("decode", decode);
    all.put("preprocess", preprocess);
    all.put("infer", infer);
    if (inferSecond.count() > 0) {
      all.put("infer_second", inferSecond);
    }
    all.put("write", write);
    return all;
  }

  /** Of one task; but for fetches, which it is given, on one thread. */
  public static final class Recorder {
    /** See {@link StageTimes#fetchWait}. */
    public final Durations.Recorder fetchWait = new Durations.Recorder();

    /** See {@link StageTimes#decode}. */
    public final Durations.Recorder decode = new Durations.Recorder();

    /** See {@link StageTimes#preprocess}. */
    public final Durations.Recorder preprocess = new Durations.Recorder();

    /** See {@link StageTimes#infer}. */
    public final Durations.Recorder infer = new Durations.Recorder();

    /** See {@link StageTimes#inferSecond}. */
    public final Durations.Recorder inferSecond = new Durations.Recorder();

    /** See {@link StageTimes#write}. */
    public final Durations.Recorder write = new Durations.Recorder();

    /** What was recorded so far. */
    public StageTimes total(Durations fetch) {
      return new StageTimes(
          fetch,
          fetchWait.total(),
          decode.total(),
          preprocess.total(),
          infer.total(),
          inferSecond.total(),
          write.total());
    }
  }
}
