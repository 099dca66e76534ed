package io.repvit.export;

import io.repvit.inference.ModelCard;
import io.repvit.inference.RelativeDifference;
import java.util.Locale;
import java.util.Map;

/**
 * The relative difference of the outputs of the fused and the unfused network: {@code max |fused -
 * unfused| / max |unfused|} over all images.
 *
 * @param logits relative difference of the logits
 * @param embedding relative difference of the embedding
 */
public record Agreement(double logits, double embedding) {

  /**
   * The largest accepted difference: 1e-4. Folding changes the order of float32 sums, which changes
   * the logits of trained networks by 1e-6 to 1e-5. A wrong fold changes them by 1e-1 and more.
   */
  public static final double LIMIT = 1e-4;

  /**
   * Compares outputs.
   *
   * @throws ExportException if an output is not finite, or an output differs by more than {@link
   *     #LIMIT}
   */
  static Agreement require(Map<String, float[]> fused, Map<String, float[]> unfused) {
    return new Agreement(
        difference(ModelCard.LOGITS, fused, unfused),
        difference(ModelCard.EMBEDDING, fused, unfused));
  }

  private static double difference(
      String output, Map<String, float[]> fusedOutputs, Map<String, float[]> unfusedOutputs) {
    float[] fused = finite(output, "fused", fusedOutputs);
    float[] unfused = finite(output, "unfused", unfusedOutputs);
    if (fused.length != unfused.length) {
      throw new ExportException(
          String.format(
              Locale.ROOT,
              "output '%s' has %d values in the fused and %d in the unfused network",
              output,
              fused.length,
              unfused.length));
    }
    double relative = RelativeDifference.of(fused, unfused);
    if (relative > LIMIT) {
      throw new ExportException(
          String.format(
              Locale.ROOT,
              "output '%s' of the fused network differs from the unfused one by %.3g of the largest"
                  + " value, at most %.0e is accepted; nothing was written",
              output,
              relative,
              LIMIT));
    }
    return relative;
  }

  private static float[] finite(String output, String which, Map<String, float[]> outputs) {
    float[] values = outputs.get(output);
    if (values == null) {
      throw new ExportException(
          String.format(Locale.ROOT, "the %s network has no output '%s'", which, output));
    }
    for (float v : values) {
      if (!Float.isFinite(v)) {
        throw new ExportException(
            String.format(
                Locale.ROOT,
                "output '%s' of the %s network has the value %s, expected finite values; nothing was"
                    + " written; is the checkpoint damaged?",
                output,
                which,
                v));
      }
    }
    return values;
  }
}
