package io.repvit.watch;

import io.repvit.metrics.LiveWork;
import io.repvit.metrics.Work;
import io.repvit.predict.ClassifierPool;
import java.io.Serializable;

/**
 * What an executor sends to the driver.
 *
 * @param executor its id in Spark
 * @param work all that it has done
 * @param sessions open sessions of ONNX Runtime, also idle ones
 * @param handles tasks that use a session
 */
record ExecutorState(String executor, Work work, int sessions, int handles, ProcessMemory memory)
    implements Serializable {

  static ExecutorState now(String executor) {
    return new ExecutorState(
        executor,
        LiveWork.SHARED.total(),
        ClassifierPool.SHARED.open(),
        ClassifierPool.SHARED.acquired(),
        ProcessMemory.now());
  }

  /** Gives each value to {@code metrics}. */
  void tell(Sink metrics) {
    metrics.set(LiveMetric.IMAGES, "", work.images());
    metrics.set(LiveMetric.BYTES, "", work.bytes());
    metrics.set(LiveMetric.BATCHES, "", work.batches());
    work.quarantined()
        .forEach(
            (reason, n) -> metrics.set(LiveMetric.QUARANTINED, "." + reason.replace('/', '.'), n));
    work.stageNanos()
        .forEach((stage, nanos) -> metrics.set(LiveMetric.STAGE_SECONDS, "." + stage, nanos / 1e9));
    metrics.set(LiveMetric.SESSIONS, "", sessions);
    metrics.set(LiveMetric.SESSION_HANDLES, "", handles);
    if (memory.resident() >= 0) {
      metrics.set(LiveMetric.RESIDENT_BYTES, "", memory.resident());
    }
    metrics.set(LiveMetric.HEAP_COMMITTED_BYTES, "", memory.heapCommitted());
    metrics.set(LiveMetric.DIRECT_BUFFER_BYTES, "", memory.directBuffers());
  }

  /** Takes values. */
  interface Sink {
    /**
     * Sets a value.
     *
     * @param part what follows the name of the metric: empty, or parts that begin with a dot
     */
    void set(LiveMetric metric, String part, Number value);
  }
}
