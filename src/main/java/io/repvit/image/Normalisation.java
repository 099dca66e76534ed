package io.repvit.image;

import java.nio.FloatBuffer;

/**
 * Computes {@code (v / 255 - mean) / std} per channel by a lookup table, whose values are computed
 * in double and rounded once. Results differ in the last bits from torchvision, which rounds three
 * times in float32.
 */
final class Normalisation {
  private final float[] red;
  private final float[] green;
  private final float[] blue;
  private final int plane;
  private final float[] redRow;
  private final float[] greenRow;
  private final float[] blueRow;

  Normalisation(Preprocessing preprocessing) {
    Rgb mean = preprocessing.mean();
    Rgb std = preprocessing.std();
    red = table(mean.red(), std.red());
    green = table(mean.green(), std.green());
    blue = table(mean.blue(), std.blue());
    int width = preprocessing.width();
    plane = preprocessing.height() * width;
    redRow = new float[width];
    greenRow = new float[width];
    blueRow = new float[width];
  }

  private static float[] table(double mean, double std) {
    float[] table = new float[256];
    for (int v = 0; v < table.length; v++) {
      table[v] = (float) ((v / 255.0 - mean) / std);
    }
    return table;
  }

  /**
   * Normalises a row.
   *
   * @param row uint8, interleaved RGB
   * @param at index of the row's red values in {@code destination}; green and blue follow one and
   *     two planes later
   */
  void apply(byte[] row, FloatBuffer destination, int at) {
    for (int x = 0, i = 0; x < redRow.length; x++, i += 3) {
      redRow[x] = red[row[i] & 0xff];
      greenRow[x] = green[row[i + 1] & 0xff];
      blueRow[x] = blue[row[i + 2] & 0xff];
    }
    destination.put(at, redRow);
    destination.put(at + plane, greenRow);
    destination.put(at + 2 * plane, blueRow);
  }
}
