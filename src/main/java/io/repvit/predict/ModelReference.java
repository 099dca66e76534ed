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
 * A model file and the model card to use with it.
 *
 * @param uri path or URI of the ONNX file
 * @param sha256 expected hash of the file, 64 lower-case hex digits; null accepts any file
 * @param card path or URI of a side file with the model card; null if the ONNX file contains it
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

  /** A model that contains its card, with any hash. */
  public static ModelReference of(String uri) {
    return new ModelReference(uri, null, null);
  }

  /**
   * Reads the model and classifies one batch of grey images with it. A broken model then costs one
   * clear message and not a failed task on each core.
   *
   * @throws ModelException if the model is missing, cannot be read, has another hash, or does not
   *     match its card
   */
  public LoadedModel load(Configuration hadoop, ClassifyOptions options) throws ModelException {
    ModelFile stored = ModelLoader.load(uri, sha256, hadoop);
    OnnxSummary summary = ModelLoader.summary(stored);
    ModelFile file = card == null ? stored : SideCard.load(card, hadoop).applyTo(stored, summary);
    try (var session = ClassifierSession.open(file, 1)) {
      session.tryOut(options.batch());
      ModelCard read = session.card().withFused(summary.fused());
      return new LoadedModel(
          file, read, ModelIdentity.of(stored, read, options.decoding()), summary.unfused());
    }
  }
}
