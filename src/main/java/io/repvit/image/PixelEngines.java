package io.repvit.image;

/** Which {@link PixelEngine} this JVM uses. */
final class PixelEngines {
  private PixelEngines() {}

  static PixelEngine chosen() {
    return Chosen.ENGINE;
  }

  private static final class Chosen {
    static final PixelEngine ENGINE = new OpenCvEngine();
  }
}
