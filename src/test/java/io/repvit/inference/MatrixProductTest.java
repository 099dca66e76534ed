package io.repvit.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixProductTest {
  private static final int WIDTH = 48;

  /** Also shapes for which the kernels have own code, such as one row. */
  @ParameterizedTest
  @CsvSource({"1,1", "1,17", "13,1", "7,9", "40,33"})
  void productsEqualSumsInDouble(int rows, int columns) {
    try (var matrices = new MatrixProduct(WIDTH, 40, 33)) {
      fill(matrices.left(), 1);
      fill(matrices.right(), 2);
      matrices.multiply(rows, columns);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double sum = 0;
          for (int x = 0; x < WIDTH; x++) {
            sum +=
                (double) matrices.left().get(i * WIDTH + x) * matrices.right().get(j * WIDTH + x);
          }
          assertEquals(sum, matrices.product().get(i * columns + j), 1e-4);
        }
      }
    }
  }

  @Test
  void productsLargerThanTheMatricesAreRefused() {
    try (var matrices = new MatrixProduct(WIDTH, 4, 4)) {
      assertThrows(IllegalArgumentException.class, () -> matrices.multiply(5, 4));
      assertThrows(IllegalArgumentException.class, () -> matrices.multiply(4, 5));
      assertThrows(IllegalArgumentException.class, () -> matrices.multiply(0, 4));
    }
  }

  private static void fill(FloatBuffer values, long seed) {
    var random = new Random(seed);
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, (float) random.nextGaussian());
    }
  }
}
