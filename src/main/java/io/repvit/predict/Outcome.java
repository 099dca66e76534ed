package io.repvit.predict;

import io.repvit.inference.Prediction;
import io.repvit.source.Quarantined;
import io.repvit.source.Quarantined.Stage;
import org.jspecify.annotations.Nullable;

/** What became of bytes, whichever object they are of. */
sealed interface Outcome {
  /** Bytes on the heap that one takes beside what follows, rounded up. */
  long OVERHEAD = 400;

  /** Estimated bytes on the heap. */
  long size();

  /**
   * An image that the model has seen.
   *
   * @param width columns of the upright image, pixels
   * @param height rows of the upright image, pixels
   * @param format encoding: JPEG, PNG, WEBP
   * @param embedding pooled features, float32; null if the model gives none
   */
  @SuppressWarnings("ArrayRecordComponent") // written once, then read
  record Predicted(
      int width, int height, String format, Prediction prediction, float @Nullable [] embedding)
      implements Outcome {
    private static final long SCORE_BYTES = 40;

    @Override
    public long size() {
      return OVERHEAD
          + SCORE_BYTES * prediction.top().size()
          + (embedding == null ? 0 : (long) Float.BYTES * embedding.length);
    }
  }

  /** Bytes that give no prediction; see {@link Quarantined}. */
  record Refused(Stage stage, String code, String message) implements Outcome {
    @Override
    public long size() {
      return OVERHEAD + (long) Character.BYTES * message.length();
    }
  }
}
