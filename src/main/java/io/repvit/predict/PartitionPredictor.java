package io.repvit.predict;

import io.repvit.image.DecodedImage;
import io.repvit.image.ImageException;
import io.repvit.image.ImageMeasures;
import io.repvit.image.ImageMeter;
import io.repvit.image.Preprocessing;
import io.repvit.image.Resampler;
import io.repvit.image.TimedDecoder;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.Prediction;
import io.repvit.metrics.Durations;
import io.repvit.metrics.LiveWork;
import io.repvit.metrics.StageTimes;
import io.repvit.metrics.Work;
import io.repvit.source.Fetched;
import io.repvit.source.ImageNames;
import io.repvit.source.Quarantined;
import io.repvit.source.Quarantined.Stage;
import io.repvit.source.SourceObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The loop over the images of a task. It decodes the bytes of each image, takes the {@link
 * ImageMeasures} that the options ask for, resizes the pixels into a slot of a batch, runs the
 * model when the batch is full, and passes each result to a {@link Sink}. In a cascade, the {@link
 * SecondModel} then classifies the images that the first scores low. The sink gets every object
 * exactly once, as a prediction or as quarantined. Bytes with a cached result in {@link Outcomes}
 * are not scored again. All work except fetching is done on the calling thread, which never waits
 * for another task.
 */
public final class PartitionPredictor implements AutoCloseable {

  /** Receives the result of each object. */
  public interface Sink {
    /**
     * Receives a prediction.
     *
     * @param first best class of the first model of a cascade, if the second made the prediction;
     *     otherwise null
     * @param pixels the model's input, valid during the call; null if the result was reused
     */
    void predicted(
        DecodedObject image,
        Prediction prediction,
        float @Nullable [] embedding,
        Prediction.@Nullable Score first,
        @Nullable FloatBuffer pixels)
        throws IOException;

    /** Receives an object without a prediction. */
    void quarantined(Quarantined row) throws IOException;
  }

  /**
   * Greatest number of duplicates that wait for the batch of their image. Without it, a shard with
   * millions of copies of one image would fill the heap, because copies do not fill a batch.
   */
  static final int MAX_DUPLICATES = 10_000;

  private final ModelBatch first;
  private final @Nullable SecondModel second;
  private final int topK;
  private final Sink sink;
  private final TimedDecoder decoder;
  private final Resampler resampler;
  private final ImageMeter meter;
  private final MessageDigest sha256 = sha256();
  private final Outcomes outcomes;

  /** Duplicates: objects with the same bytes as an image in a batch, by hash. */
  private final Map<String, List<SourceObject>> duplicates = new HashMap<>();

  private int waitingDuplicates;
  private final LiveWork.Task work;
  private final StageTimes.Recorder times;
  private long reused;

  /**
   * @param batch a batch of {@code session}; the caller closes both
   * @param outcomes cache that the tasks with the same model and options share
   */
  public PartitionPredictor(
      ClassifierSession session,
      ImageBatch batch,
      ClassifyOptions options,
      Outcomes outcomes,
      Sink sink) {
    this(session, batch, null, options, outcomes, sink);
  }

  /**
   * @param batch a batch of {@code session}; the caller closes both
   * @param second second model of a cascade, which the caller closes; null without one
   * @param outcomes cache that the tasks with the same models and options share
   */
  public PartitionPredictor(
      ClassifierSession session,
      ImageBatch batch,
      @Nullable SecondModel second,
      ClassifyOptions options,
      Outcomes outcomes,
      Sink sink) {
    this.outcomes = outcomes;
    this.first = new ModelBatch(session, batch);
    this.second = second;
    this.topK = options.topK();
    this.sink = sink;
    Preprocessing preprocessing = session.card().preprocessing();
    int resizeShort =
        Math.max(preprocessing.resizeShort(), second == null ? 0 : second.resizeShort());
    decoder = new TimedDecoder(options.limits(), options.decoding(), resizeShort);
    resampler = new Resampler(preprocessing);
    meter = new ImageMeter(options.measures());
    work = LiveWork.SHARED.begin();
    times = work.times();
  }

  /**
   * Classifies all {@code objects}.
   *
   * @param stopped called before each object; throws if the task must stop
   * @throws ModelException if inference of a whole batch fails, which no single image causes
   */
  public void run(Iterator<Fetched> objects, Runnable stopped) throws ModelException, IOException {
    while (true) {
      stopped.run();
      long start = System.nanoTime();
      if (!objects.hasNext()) {
        break;
      }
      Fetched fetched = objects.next();
      times.fetchWait.record(System.nanoTime() - start);
      accept(fetched);
    }
    flush();
  }

  /**
   * Takes one object. The sink gets its result during this call, or when its batch is full or
   * flushed.
   *
   * @throws ModelException see {@link #run}
   */
  void accept(Fetched fetched) throws ModelException, IOException {
    if (fetched instanceof Fetched.Bytes bytes) {
      accept(bytes);
    } else if (fetched instanceof Fetched.Failed failed) {
      quarantine(failed.row());
    }
  }

  /**
   * Classifies the images of batches that are not full. The sink then has the results of all
   * objects that were accepted.
   *
   * @throws ModelException see {@link #run}
   */
  void flush() throws ModelException, IOException {
    if (first.size() > 0) {
      inferFirst();
    }
    if (second != null && second.batch().size() > 0) {
      inferSecond(second);
    }
  }

  private void accept(Fetched.Bytes fetched) throws ModelException, IOException {
    long start = System.nanoTime();
    String hash = HexFormat.of().formatHex(sha256.digest(fetched.bytes()));
    List<SourceObject> same = duplicates.get(hash);
    Outcome known = outcomes.get(hash);
    if (same != null) {
      same.add(fetched.object());
      if (++waitingDuplicates >= MAX_DUPLICATES) {
        flush();
      }
    } else if (known != null) {
      write(fetched.object(), hash, known, null);
      reused++;
    } else {
      score(fetched, hash, start);
    }
  }

  private void score(Fetched.Bytes fetched, String hash, long start)
      throws ModelException, IOException {
    DecodedImage image;
    try {
      image = decoder.decode(ByteBuffer.wrap(fetched.bytes()));
    } catch (ImageException e) {
      times.decode.record(System.nanoTime() - start);
      var refused =
          new Outcome.Refused(Stage.DECODE, e.code().name(), String.valueOf(e.getMessage()));
      end(fetched.object(), hash, refused, null);
      return;
    }
    long decoded = System.nanoTime();
    resampler.resize(image, first.nextPixels());
    if (second != null) {
      second.resize(image, first.size());
    }
    ImageMeasures measures = meter.measure(image);
    times.decode.record(decoded - start);
    times.preprocess.record(System.nanoTime() - decoded);
    first.add(
        new DecodedObject(
            fetched.object(),
            hash,
            image.width(),
            image.height(),
            image.format().name(),
            measures));
    duplicates.put(hash, new ArrayList<>());
    if (first.isFull()) {
      inferFirst();
    }
  }

  private void inferFirst() throws ModelException, IOException {
    run(first, times.infer);
    for (int slot = 0; slot < first.size(); slot++) {
      long start = System.nanoTime();
      Outcome outcome = first.outcome(slot, topK, null);
      if (second != null
          && outcome instanceof Outcome.Predicted p
          && second.decides(p.prediction().best())) {
        second.add(first.image(slot), p.prediction().best(), slot, first.pixels(slot));
        if (second.batch().isFull()) {
          inferSecond(second);
        }
      } else {
        end(first.image(slot), outcome, first.pixels(slot), start);
      }
    }
    first.clear();
  }

  private void inferSecond(SecondModel model) throws ModelException, IOException {
    ModelBatch batch = model.batch();
    run(batch, times.inferSecond);
    for (int slot = 0; slot < batch.size(); slot++) {
      long start = System.nanoTime();
      end(batch.image(slot), model.outcome(slot, topK), batch.pixels(slot), start);
    }
    model.clear();
  }

  private static void run(ModelBatch batch, Durations.Recorder time) throws ModelException {
    long start = System.nanoTime();
    batch.run();
    time.record(System.nanoTime() - start);
  }

  private void end(DecodedObject image, Outcome outcome, FloatBuffer pixels, long start)
      throws IOException {
    end(image.object(), image.sha256(), outcome, pixels);
    times.write.record(System.nanoTime() - start);
  }

  /** Passes the result of an image and of its duplicates to the sink, and caches it. */
  private void end(SourceObject object, String hash, Outcome outcome, @Nullable FloatBuffer pixels)
      throws IOException {
    write(object, hash, outcome, pixels);
    List<SourceObject> same = duplicates.remove(hash);
    for (SourceObject duplicate : same == null ? List.<SourceObject>of() : same) {
      write(duplicate, hash, outcome, null);
      reused++;
      waitingDuplicates--;
    }
    outcomes.put(hash, outcome);
  }

  private void write(
      SourceObject object, String hash, Outcome outcome, @Nullable FloatBuffer pixels)
      throws IOException {
    if (outcome instanceof Outcome.Predicted p) {
      var image = new DecodedObject(object, hash, p.width(), p.height(), p.format(), p.measures());
      sink.predicted(image, p.prediction(), p.embedding(), p.first(), pixels);
      work.predicted(object.length());
    } else if (outcome instanceof Outcome.Refused r) {
      quarantine(
          r.code().equals(ImageException.Code.UNRECOGNISED.name()) && ImageNames.isOther(object)
              ? Quarantined.notAnImage(object, r.message())
              : new Quarantined(object, r.stage(), r.code(), r.message()));
    }
  }

  private void quarantine(Quarantined row) throws IOException {
    sink.quarantined(row);
    work.quarantined(row.reason(), row.object().length());
  }

  /** Time per stage so far. */
  public StageTimes.Recorder times() {
    return times;
  }

  /** What the sink has received so far. */
  public Work work() {
    return work.work();
  }

  /** Number of images whose result was reused, without decoding or inference. */
  public long reused() {
    return reused;
  }

  @Override
  public void close() {
    work.close();
    decoder.close();
    resampler.close();
    meter.close();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
