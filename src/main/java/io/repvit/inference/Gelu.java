package io.repvit.inference;

/** How a network's GELU is computed. */
public enum Gelu {
  /** {@code x / 2 * (1 + erf(x / sqrt 2))}, as networks are trained. */
  ERF("erf"),

  /** {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}, off by at most 5e-4. */
  TANH("tanh");

  private final String text;

  Gelu(String text) {
    this.text = text;
  }

  /** As cards and commands write it. */
  public String text() {
    return text;
  }
}
