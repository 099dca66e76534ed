package io.repvit.predict;

import io.repvit.image.ImageMeasures;
import io.repvit.inference.Prediction;
import io.repvit.source.Quarantined;
import io.repvit.source.Quarantined.Stage;
import org.jspecify.annotations.Nullable;

/** The result for the bytes of an image. Objects with equal bytes have equal results. */
sealed interface Outcome {
  /** Heap bytes of an outcome without its variable parts, rounded up. */
  long OVERHEAD = 550;

  /** Estimated heap bytes. */
  long size();

  /**
   * A model has classified the image.
   *
   * @param width columns of the upright image, pixels
   * @param height rows of the upright image, pixels
   * @param format image format, such as JPEG
   * @param embedding pooled features, float32; null if the model has no such output
   * @param first best class of the first model of a cascade, if the second has classified the
   *     image; otherwise null
   * @param measures measures that the options of the run ask for
   */
  @SuppressWarnings("ArrayRecordComponent") // written once, then read
  record Predicted(
      int width,
      int height,
      String format,
      Prediction prediction,
      float @Nullable [] embedding,
      Prediction.@Nullable Score first,
      ImageMeasures measures)
      implements Outcome {
    private static final long SCORE_BYTES = 40;

    @Override
    public long size() {
      return OVERHEAD
          + SCORE_BYTES * prediction.top().size()
          + (embedding == null ? 0 : (long) Float.BYTES * embedding.length);
    }
  }

  /** The bytes give no prediction; the components are those of {@link Quarantined}. */
  record Refused(Stage stage, String code, String message) implements Outcome {
    @Override
    public long size() {
      return OVERHEAD + (long) Character.BYTES * message.length();
    }
  }
}
