package io.repvit.inference;

/** Who vouches for what a card says. */
public sealed interface Origin {

  /**
   * {@code repvit export}, which ran the model beside its checkpoint.
   *
   * @param checkpointSha256 hash of the file the weights came from, lower-case hex
   * @param exporter name and version of the program that wrote the file
   * @param fusionError largest |fused - unfused| logit over the largest |logit|, measured at export
   * @param gelu how the graph computes it; a card that does not say has the exact one
   */
  record Exported(String checkpointSha256, String exporter, double fusionError, Gelu gelu)
      implements Origin {
    public Exported {
      if (!Double.isFinite(fusionError) || fusionError < 0) {
        throw new IllegalArgumentException(
            "fusion.error is " + fusionError + ", must be finite and at least 0");
      }
    }
  }

  /**
   * The user, in a file beside the model.
   *
   * @param sha256 hash of that file, lower-case hex
   */
  record SideFile(String sha256) implements Origin {}
}
