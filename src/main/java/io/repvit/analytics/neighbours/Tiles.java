package io.repvit.analytics.neighbours;

import io.repvit.inference.MatrixProduct;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Cosines of pairs of rows, in tiles that fit into the processor's cache. All rows have length 1,
 * so that a cosine is an entry of the matrix product. Use it from one thread; the owner closes it.
 */
final class Tiles implements AutoCloseable {
  /** Rows of a tile. The product of a tile takes 4 MiB. */
  private static final int LEFT_ROWS = 512;

  private static final int RIGHT_ROWS = 2048;

  private final int width;
  private final MatrixProduct product;
  private final float[] line = new float[RIGHT_ROWS];

  Tiles(int width) {
    this.width = width;
    product = new MatrixProduct(width, LEFT_ROWS, RIGHT_ROWS);
  }

  /**
   * Rows {@code from} to {@code to - 1} of a matrix.
   *
   * @param values float32 {@code [n,width]}, row-major
   * @param limits by row of {@code values}: the cosine from which on a pair counts for this row; it
   *     may rise during a scan
   */
  record Rows(float[] values, int from, int to, float[] limits) {
    /** Rows for which no pair counts. */
    static Rows passive(float[] values, int rows) {
      var never = new float[rows];
      Arrays.fill(never, Float.POSITIVE_INFINITY);
      return new Rows(values, 0, rows, never);
    }
  }

  /** Receives a pair of rows, with their numbers in the matrices. */
  interface Pairs {
    void accept(int left, int right, float cosine);
  }

  /** Passes each pair whose cosine reaches the limit of its left or of its right row. */
  void scan(Rows left, Rows right, Pairs pairs) {
    for (int r = right.from(); r < right.to(); r += RIGHT_ROWS) {
      int columns = Math.min(RIGHT_ROWS, right.to() - r);
      fill(product.right(), right.values(), r, columns);
      for (int l = left.from(); l < left.to(); l += LEFT_ROWS) {
        int rows = Math.min(LEFT_ROWS, left.to() - l);
        fill(product.left(), left.values(), l, rows);
        product.multiply(rows, columns);
        scan(left.limits(), l, rows, right.limits(), r, columns, pairs);
      }
    }
  }

  /** Passes each pair of two different rows of one matrix once, the lower row first. */
  void scanWithin(Rows rows, Pairs pairs) {
    for (int l = rows.from(); l < rows.to(); l += RIGHT_ROWS) {
      int end = Math.min(l + RIGHT_ROWS, rows.to());
      scan(
          new Rows(rows.values(), l, end, rows.limits()),
          new Rows(rows.values(), l, rows.to(), rows.limits()),
          (left, right, cosine) -> {
            if (left < right) {
              pairs.accept(left, right, cosine);
            }
          });
    }
  }

  private void fill(FloatBuffer buffer, float[] values, int from, int rows) {
    buffer.put(0, values, from * width, rows * width);
  }

  private void scan(
      float[] leftLimits,
      int left,
      int rows,
      float[] rightLimits,
      int right,
      int columns,
      Pairs pairs) {
    FloatBuffer cosines = product.product();
    for (int i = 0; i < rows; i++) {
      cosines.get(i * columns, line, 0, columns);
      float limit = leftLimits[left + i];
      for (int j = 0; j < columns; j++) {
        float cosine = line[j];
        if (cosine >= limit | cosine >= rightLimits[right + j]) {
          pairs.accept(left + i, right + j, cosine);
          limit = leftLimits[left + i];
        }
      }
    }
  }

  @Override
  public void close() {
    product.close();
  }
}
