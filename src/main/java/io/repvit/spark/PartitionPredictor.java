package io.repvit.spark;

import io.repvit.image.DecodedImage;
import io.repvit.image.ImageException;
import io.repvit.image.Resampler;
import io.repvit.image.TimedDecoder;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.Prediction;
import io.repvit.metrics.StageTimes;
import io.repvit.spark.Quarantined.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path of one image inside a task: bytes, pixels, a slot of the batch, logits and embedding, a
 * row. Every object that goes in comes out of the sink exactly once. Everything but the fetching
 * happens on the calling thread.
 */
final class PartitionPredictor implements AutoCloseable {

  /** Where rows go. */
  interface Sink {
    /**
     * Takes a prediction.
     *
     * @param pixels what the model saw, valid during the call
     */
    void predicted(
        DecodedObject image,
        Prediction prediction,
        float @Nullable [] embedding,
        FloatBuffer pixels)
        throws IOException;

    void quarantined(Quarantined row) throws IOException;
  }

  private final ClassifierSession session;
  private final ImageBatch batch;
  private final int topK;
  private final Sink sink;
  private final TimedDecoder decoder;
  private final Resampler resampler;
  private final MessageDigest sha256 = sha256();
  private final List<DecodedObject> waiting = new ArrayList<>();
  private final StageTimes.Recorder times = new StageTimes.Recorder();

  /**
   * @param batch a batch of {@code session}; the caller closes both
   */
  PartitionPredictor(
      ClassifierSession session, ImageBatch batch, ClassifyOptions options, Sink sink) {
    this.session = session;
    this.batch = batch;
    this.topK = options.topK();
    this.sink = sink;
    decoder = new TimedDecoder(options.limits(), options.orientation());
    resampler = new Resampler(session.card().preprocessing());
  }

  /**
   * Drains {@code objects}.
   *
   * @param stopped asked before each object; returns normally while the task may go on
   * @throws ModelException when a whole batch cannot be computed, which is no image's fault
   */
  void run(Iterator<Fetched> objects, Runnable stopped) throws ModelException, IOException {
    while (true) {
      stopped.run();
      long start = System.nanoTime();
      if (!objects.hasNext()) {
        break;
      }
      Fetched fetched = objects.next();
      times.fetchWait.record(System.nanoTime() - start);
      if (fetched instanceof Fetched.Bytes bytes) {
        accept(bytes);
      } else if (fetched instanceof Fetched.Failed failed) {
        sink.quarantined(failed.row());
      }
    }
    if (!waiting.isEmpty()) {
      infer();
    }
  }

  private void accept(Fetched.Bytes fetched) throws ModelException, IOException {
    ImageObject object = fetched.object();
    long start = System.nanoTime();
    DecodedImage image;
    String hash;
    try {
      hash = HexFormat.of().formatHex(sha256.digest(fetched.bytes()));
      image = decoder.decode(ByteBuffer.wrap(fetched.bytes()));
    } catch (ImageException e) {
      times.decode.record(System.nanoTime() - start);
      sink.quarantined(
          new Quarantined(object, Stage.DECODE, e.code().name(), String.valueOf(e.getMessage())));
      return;
    }
    long decoded = System.nanoTime();
    resampler.resize(image, batch.pixels(waiting.size()));
    times.decode.record(decoded - start);
    times.preprocess.record(System.nanoTime() - decoded);
    waiting.add(
        new DecodedObject(object, hash, image.width(), image.height(), image.format().name()));
    if (waiting.size() == batch.size()) {
      infer();
    }
  }

  private void infer() throws ModelException, IOException {
    long start = System.nanoTime();
    session.run(batch);
    long done = System.nanoTime();
    times.infer.record(done - start);
    for (int slot = 0; slot < waiting.size(); slot++) {
      DecodedObject image = waiting.get(slot);
      try {
        var prediction = Prediction.of(batch.logits(slot), session.card().labels(), topK);
        sink.predicted(image, prediction, batch.embedding(slot), batch.pixels(slot));
      } catch (ModelException e) {
        sink.quarantined(
            new Quarantined(
                image.object(), Stage.INFER, "NOT_FINITE", String.valueOf(e.getMessage())));
      }
      long written = System.nanoTime();
      times.write.record(written - done);
      done = written;
    }
    waiting.clear();
  }

  /** Where the time went so far. */
  StageTimes.Recorder times() {
    return times;
  }

  @Override
  public void close() {
    decoder.close();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
