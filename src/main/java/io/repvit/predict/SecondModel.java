package io.repvit.predict;

import io.repvit.image.DecodedImage;
import io.repvit.image.Preprocessing;
import io.repvit.image.Resampler;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelException;
import io.repvit.inference.Prediction;
import io.repvit.predict.ClassifierPool.SessionHandle;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The second model of a cascade in a task. It classifies the images whose score by the first model
 * is below the limit, in batches of its own.
 *
 * <p>If both models have the same preprocessing, an image's pixels are copied from the batch of the
 * first. Otherwise each image is resized for both models right after decoding, and the pixels for
 * the second are held until the first has answered. Holding the decoded image instead would save
 * that resizing for most images, but an image of the largest size takes more memory than a batch.
 */
public final class SecondModel implements AutoCloseable {
  private final SessionHandle handle;
  private final Preprocessing preprocessing;
  private final double below;
  private final ModelBatch batch;
  private final @Nullable Held held;

  /** The best class of the first model for each image in the batch. */
  private final List<Prediction.Score> firsts = new ArrayList<>();

  /**
   * @param handle session and batch, which {@link #close} returns to the pool
   * @param below see {@link Cascade#below}
   * @param first session of the first model
   */
  SecondModel(SessionHandle handle, double below, ClassifierSession first) {
    this.handle = handle;
    preprocessing = handle.session().card().preprocessing();
    batch = new ModelBatch(handle.session(), handle.batch());
    this.below = below;
    held =
        preprocessing.equals(first.card().preprocessing())
            ? null
            : new Held(preprocessing, handle.batch().size());
  }

  /**
   * Acquires the second model of a run; null without one.
   *
   * @param cascade identity of the second model, if {@code files} has one
   * @param first session of the first model
   * @param threads threads that compute one batch
   * @param batch images per inference
   */
  public static @Nullable SecondModel acquire(
      ModelFiles files,
      @Nullable CascadeIdentity cascade,
      ClassifierSession first,
      int threads,
      int batch)
      throws ModelException {
    if (files.second() == null) {
      return null;
    }
    SessionHandle handle = ClassifierPool.SHARED.acquire(files.second(), threads, batch);
    try {
      return new SecondModel(handle, Objects.requireNonNull(cascade).below(), first);
    } catch (RuntimeException | Error e) {
      handle.close();
      throw e;
    }
  }

  public ClassifierSession session() {
    return handle.session();
  }

  /** Pixels of the images in the batch of the first model, as the second model needs them. */
  private static final class Held {
    private final Resampler resampler;
    private final FloatBuffer pixels;
    private final int values;

    Held(Preprocessing preprocessing, int slots) {
      resampler = new Resampler(preprocessing);
      values = preprocessing.values();
      pixels = FloatBuffer.allocate(slots * values);
    }

    FloatBuffer slot(int slot) {
      return pixels.slice(slot * values, values);
    }
  }

  int resizeShort() {
    return preprocessing.resizeShort();
  }

  /**
   * Resizes an image, if the pixels of the first model are not the same.
   *
   * @param slot slot of the image in the batch of the first model
   */
  void resize(DecodedImage image, int slot) {
    if (held != null) {
      held.resampler.resize(image, held.slot(slot));
    }
  }

  /** Whether the second model classifies an image with this best class of the first. */
  boolean decides(Prediction.Score first) {
    return first.score() < below;
  }

  /**
   * Adds an image that the first model has classified.
   *
   * @param first best class of the first model
   * @param slot slot of the image in the batch of the first model
   * @param pixels content of that slot
   */
  void add(DecodedObject image, Prediction.Score first, int slot, FloatBuffer pixels) {
    batch.nextPixels().put(held == null ? pixels.duplicate() : held.slot(slot));
    batch.add(image);
    firsts.add(first);
  }

  ModelBatch batch() {
    return batch;
  }

  /** The result of an image after a run. */
  Outcome outcome(int slot, int topK) {
    return batch.outcome(slot, topK, firsts.get(slot));
  }

  void clear() {
    batch.clear();
    firsts.clear();
  }

  @Override
  public void close() {
    try (handle) {
      if (held != null) {
        held.resampler.close();
      }
    }
  }
}
