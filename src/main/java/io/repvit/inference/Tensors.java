package io.repvit.inference;

import java.util.Locale;
import java.util.Optional;

/**
 * The names of a model's input and outputs.
 *
 * @param input float32 {@code [N, 3, height, width]}, RGB, normalised
 * @param logits float32 {@code [N, classes]}, before softmax
 * @param embedding pooled features; empty if the model gives none
 */
public record Tensors(String input, String logits, Optional<Embedding> embedding) {

  /**
   * An output of features.
   *
   * @param name of the output, float32 {@code [N, width]}
   * @param width values per image
   */
  public record Embedding(String name, int width) {
    public Embedding {
      if (width < 1) {
        throw new IllegalArgumentException("embedding width is " + width + ", must be >= 1");
      }
    }
  }

  public Tensors {
    String features = embedding.map(Embedding::name).orElse("");
    if (logits.equals(input) || features.equals(input) || features.equals(logits)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "input '%s', logits '%s' and embedding '%s' are not of different names",
              input,
              logits,
              features));
    }
  }

  /** As in every file of {@code repvit export}. */
  public static Tensors standard(int embeddingWidth) {
    return new Tensors(
        ModelCard.INPUT,
        ModelCard.LOGITS,
        Optional.of(new Embedding(ModelCard.EMBEDDING, embeddingWidth)));
  }
}
