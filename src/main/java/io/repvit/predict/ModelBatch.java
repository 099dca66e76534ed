package io.repvit.predict;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.Prediction;
import io.repvit.source.Quarantined.Stage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The batch of a model and the images that wait in it for inference. Each image has one slot. */
final class ModelBatch {
  private final ClassifierSession session;
  private final ImageBatch batch;
  private final List<DecodedObject> images = new ArrayList<>();

  /**
   * @param batch a batch of {@code session}; the caller closes both
   */
  ModelBatch(ClassifierSession session, ImageBatch batch) {
    this.session = session;
    this.batch = batch;
  }

  /** The slot of the next image. */
  FloatBuffer nextPixels() {
    return batch.pixels(images.size());
  }

  /** Adds the image whose pixels are in {@link #nextPixels}. */
  void add(DecodedObject image) {
    images.add(image);
  }

  int size() {
    return images.size();
  }

  boolean isFull() {
    return images.size() == batch.size();
  }

  DecodedObject image(int slot) {
    return images.get(slot);
  }

  FloatBuffer pixels(int slot) {
    return batch.pixels(slot);
  }

  /** Computes the outputs of all images, which {@link #outcome} returns until {@link #clear}. */
  void run() throws ModelException {
    session.run(batch);
  }

  /**
   * The result of an image.
   *
   * @param first best class of the first model of a cascade if this is the second; otherwise null
   */
  Outcome outcome(int slot, int topK, Prediction.@Nullable Score first) {
    DecodedObject image = images.get(slot);
    try {
      var prediction = Prediction.of(batch.logits(slot), session.card(), topK);
      return new Outcome.Predicted(
          image.width(),
          image.height(),
          image.format(),
          prediction,
          batch.embedding(slot),
          first,
          image.measures());
    } catch (ModelException e) {
      return new Outcome.Refused(Stage.INFER, "NOT_FINITE", String.valueOf(e.getMessage()));
    }
  }

  /** Removes all images. */
  void clear() {
    images.clear();
  }
}
