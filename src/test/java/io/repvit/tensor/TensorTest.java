package io.repvit.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void aScalarHasOneValue() {
    assertEquals(1, Shape.of().count());
  }

  @Test
  void anEmptySideLeavesNoValues() {
    assertEquals(0, Shape.of(3, 0, 2).count());
  }

  @Test
  void aProductBeyondAnArrayIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Shape.of(1 << 16, 1 << 15));
    assertEquals(1 << 30, Shape.of(1 << 15, 1 << 15).count());
  }

  @Test
  void aNegativeSideIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Shape.of(2, -1));
  }

  @Test
  void tooManySidesAreRefused() {
    List<Integer> nine = Collections.nCopies(Shape.MAX_RANK + 1, 1);
    assertThrows(IllegalArgumentException.class, () -> new Shape(nine));
  }

  @Test
  void aTensorHasAsManyValuesAsItsShape() {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> new Tensor(Shape.of(2, 3), new float[5]));
    assertEquals("shape [2,3] needs 6 values, found 5", e.getMessage());
  }
}
