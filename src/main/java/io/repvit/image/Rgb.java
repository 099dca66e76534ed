package io.repvit.image;

/** One value per colour channel, for pixels scaled to [0, 1]. */
public record Rgb(double red, double green, double blue) {
  public Rgb {
    if (!Double.isFinite(red) || !Double.isFinite(green) || !Double.isFinite(blue)) {
      throw new IllegalArgumentException(
          "channel values must be finite, found " + red + ", " + green + ", " + blue);
    }
  }
}
