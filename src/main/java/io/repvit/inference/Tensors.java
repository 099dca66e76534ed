package io.repvit.inference;

import java.util.Locale;
import java.util.Optional;

/**
 * The names of the input and outputs of a model.
 *
 * @param input name of the input, float32 {@code [N,3,height,width]}, RGB, normalised
 * @param logits name of the logits, float32 {@code [N,classes]}, before softmax
 * @param embedding the output with the pooled features; empty if the model has none
 */
public record Tensors(String input, String logits, Optional<Embedding> embedding) {

  /**
   * The embedding output.
   *
   * @param name name of the output, float32 {@code [N,width]}
   * @param width values per image
   */
  public record Embedding(String name, int width) {
    public Embedding {
      if (width < 1) {
        throw new IllegalArgumentException("embedding width is " + width + ", expected at least 1");
      }
    }
  }

  public Tensors {
    String features = embedding.map(Embedding::name).orElse("");
    if (logits.equals(input) || features.equals(input) || features.equals(logits)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "input '%s', logits '%s' and embedding '%s' have the same name, expected distinct names",
              input,
              logits,
              features));
    }
  }

  /** Returns the names in files of {@code repvit export}. */
  public static Tensors standard(int embeddingWidth) {
    return new Tensors(
        ModelCard.INPUT,
        ModelCard.LOGITS,
        Optional.of(new Embedding(ModelCard.EMBEDDING, embeddingWidth)));
  }
}
