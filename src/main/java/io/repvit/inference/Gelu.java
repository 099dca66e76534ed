package io.repvit.inference;

/** The function that a network uses as GELU. */
public enum Gelu {
  /** The exact GELU, {@code x / 2 * (1 + erf(x / sqrt 2))}, which networks are trained with. */
  ERF("erf"),

  /**
   * The approximation {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}. Its error is
   * at most 5e-4.
   */
  TANH("tanh");

  private final String text;

  Gelu(String text) {
    this.text = text;
  }

  /** Returns the name in model cards and on the command line. */
  public String text() {
    return text;
  }
}
