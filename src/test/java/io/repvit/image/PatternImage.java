package io.repvit.image;

/** Sources of the resize goldens, by the formulas of {@code pattern} in golden_images.py. */
final class PatternImage {
  private PatternImage() {}

  static byte[] rgb(String name, int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    int i = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[i++] = (byte) value(name, x, y, c);
        }
      }
    }
    return rgb;
  }

  private static int value(String name, int x, int y, int c) {
    return switch (name) {
      case "noise" -> {
        int v = x * 374761393 + y * 668265263 + c * (int) 2246822519L;
        v = (v ^ (v >>> 13)) * 1274126177;
        yield v ^ (v >>> 16);
      }
      case "rings" -> (x * x + y * y * 3 + c * 4000) >>> 6;
      case "checks" -> (x / 3 + y / 2 + c) % 2 * 255;
      default -> throw new IllegalArgumentException(name);
    };
  }
}
