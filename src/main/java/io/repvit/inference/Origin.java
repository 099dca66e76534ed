package io.repvit.inference;

/** The source of a model card. */
public sealed interface Origin {

  /**
   * The card was written by {@code repvit export}, which compared the model with its checkpoint.
   *
   * @param checkpointSha256 SHA-256 of the checkpoint, lower-case hex
   * @param exporter name and version of the program that wrote the file
   * @param fusionError {@code max |fused - unfused| / max |unfused|} of the logits, measured at
   *     export
   * @param gelu the GELU of the graph; a card without this entry has the exact one
   */
  record Exported(String checkpointSha256, String exporter, double fusionError, Gelu gelu)
      implements Origin {
    public Exported {
      if (!Double.isFinite(fusionError) || fusionError < 0) {
        throw new IllegalArgumentException(
            "fusion.error is " + fusionError + ", expected a finite number of at least 0");
      }
    }
  }

  /**
   * The card was written by the user, in a file beside the model.
   *
   * @param sha256 SHA-256 of that file, lower-case hex
   */
  record SideFile(String sha256) implements Origin {}
}
