package io.repvit.predict;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.onnx.OnnxSummary;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Where a model is.
 *
 * @param uri path or URI of the ONNX file
 * @param sha256 hash that the file must have, 64 lower-case hex digits; null accepts every file
 * @param card path or URI of the file with the model's card; null when the card is in the ONNX file
 */
public record ModelReference(String uri, @Nullable String sha256, @Nullable String card) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public ModelReference {
    if (sha256 != null && !SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "model-sha256 is '%s', expected 64 lower-case hex digits", sha256));
    }
  }

  /** A model with its card inside, and any hash. */
  public static ModelReference of(String uri) {
    return new ModelReference(uri, null, null);
  }

  /**
   * Reads the model and classifies one batch of grey images with it. A broken model then costs one
   * clear message and not a failed task on each core.
   *
   * @throws ModelException when the model is missing, cannot be read, has another hash, or does not
   *     work as its card says
   */
  public LoadedModel load(Configuration hadoop, ClassifyOptions options) throws ModelException {
    ModelFile stored = ModelLoader.load(uri, sha256, hadoop);
    OnnxSummary summary = ModelLoader.summary(stored);
    ModelFile file = card == null ? stored : SideCard.load(card, hadoop).applyTo(stored, summary);
    try (var session = ClassifierSession.open(file, 1)) {
      session.tryOut(options.batch());
      ModelCard read = session.card().withFused(summary.fused());
      return new LoadedModel(
          file, read, Scorer.of(stored, read, options.decoding()), summary.unfused());
    }
  }
}
