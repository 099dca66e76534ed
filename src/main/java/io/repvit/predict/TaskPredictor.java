package io.repvit.predict;

import io.repvit.UncheckedUserException;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Prediction;
import io.repvit.predict.ClassifierPool.SessionHandle;
import io.repvit.source.Fetched;
import io.repvit.source.Quarantined;
import io.repvit.source.SourceObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PartitionPredictor} with its session handle, for callers that want the {@link Outcome}
 * of each object. Spark may close it on another thread than the one that uses it, when a task ends
 * early; closing therefore waits for the call in progress.
 */
final class TaskPredictor implements AutoCloseable {
  /** Heap per task for results of bytes that may come again: 8 MiB. */
  private static final long CACHED_BYTES = 8L << 20;

  private final SessionHandle handle;
  private final PartitionPredictor predictor;

  /** Receivers of the outcomes that are due, by the object itself: paths need not be unique. */
  private final Map<SourceObject, Consumer<Outcome>> receivers = new IdentityHashMap<>();

  private boolean closed;

  /**
   * @param threads threads that compute one batch
   */
  TaskPredictor(ModelFile model, int threads, ClassifyOptions options) {
    try {
      handle = ClassifierPool.SHARED.acquire(model, threads, options.batch());
    } catch (ModelException e) {
      throw new UncheckedUserException(e);
    }
    predictor =
        new PartitionPredictor(
            handle.session(),
            handle.batch(),
            options,
            new Outcomes(CACHED_BYTES),
            new ToReceivers());
  }

  /** Takes one object. The receiver gets its outcome now, or when its batch is full or flushed. */
  synchronized void accept(Fetched fetched, Consumer<Outcome> receiver) {
    requireOpen();
    receivers.put(
        fetched instanceof Fetched.Failed f ? f.row().object() : ((Fetched.Bytes) fetched).object(),
        receiver);
    run(() -> predictor.accept(fetched));
  }

  /** Classifies the images of a batch that is not full. */
  synchronized void flush() {
    requireOpen();
    run(predictor::flush);
    if (!receivers.isEmpty()) {
      throw new IllegalStateException(receivers.size() + " images have no outcome after a flush");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the task has ended, it classifies no more images");
    }
  }

  private interface Step {
    void run() throws ModelException, IOException;
  }

  private static void run(Step step) {
    try {
      step.run();
    } catch (ModelException e) {
      throw new UncheckedUserException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      predictor.close();
      handle.close();
    }
  }

  private final class ToReceivers implements PartitionPredictor.Sink {
    @Override
    public void predicted(
        DecodedObject image,
        Prediction prediction,
        float @Nullable [] embedding,
        Prediction.@Nullable Score first,
        @Nullable FloatBuffer pixels) {
      give(
          image.object(),
          new Outcome.Predicted(
              image.width(),
              image.height(),
              image.format(),
              prediction,
              embedding,
              first,
              image.measures()));
    }

    @Override
    public void quarantined(Quarantined row) {
      give(row.object(), new Outcome.Refused(row.stage(), row.code(), row.message()));
    }

    private void give(SourceObject object, Outcome outcome) {
      Consumer<Outcome> receiver = receivers.remove(object);
      if (receiver == null) {
        throw new IllegalStateException(object.path() + ": a second outcome");
      }
      receiver.accept(outcome);
    }
  }
}
