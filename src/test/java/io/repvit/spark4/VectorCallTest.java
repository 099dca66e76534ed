package io.repvit.spark4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.repvit.UncheckedUserException;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.VectorFunctionImplUtils;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The functions of two vectors for a Spark that has none. */
class VectorCallTest {
  private static final ArrayData VECTOR = vector(1f, 2f, 3f);

  @Tag("embedded")
  @ParameterizedTest
  @EnumSource
  void resultsEqualThoseOfSpark(VectorFunction function) {
    var random = new Random(7);
    for (int length = 0; length < 100; length++) {
      ArrayData a = random(random, length);
      ArrayData b = random(random, length);
      assertEquals(ofSpark(function, a, b), call(function, a, b), "length " + length);
    }
    ArrayData zero = vector(0f, 0f, 0f);
    assertEquals(ofSpark(function, zero, VECTOR), call(function, zero, VECTOR));
    ArrayData nan = vector(Float.NaN, 0f, 0f);
    assertEquals(ofSpark(function, nan, VECTOR), call(function, nan, VECTOR));
    ArrayData hole = vector(1f, null, 3f);
    assertEquals(ofSpark(function, VECTOR, hole), call(function, VECTOR, hole));
  }

  private static @Nullable Float ofSpark(VectorFunction function, ArrayData a, ArrayData b) {
    UTF8String name = UTF8String.fromString(function.name());
    return switch (function) {
      case VECTOR_COSINE_SIMILARITY -> VectorFunctionImplUtils.vectorCosineSimilarity(a, b, name);
      case VECTOR_INNER_PRODUCT -> VectorFunctionImplUtils.vectorInnerProduct(a, b, name);
      case VECTOR_L2_DISTANCE -> VectorFunctionImplUtils.vectorL2Distance(a, b, name);
    };
  }

  private static ArrayData random(Random random, int length) {
    var numbers = new Float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return vector(numbers);
  }

  @ParameterizedTest
  @EnumSource
  void theDocumentedExampleIsTrue(VectorFunction function) {
    assertEquals(
        function.example(), String.valueOf(call(function, vector(3f, 4f), vector(4f, 3f))));
  }

  @ParameterizedTest
  @EnumSource
  void anythingNullGivesNull(VectorFunction function) {
    assertNull(call(function, VECTOR, null));
    assertNull(call(function, null, VECTOR));
    assertNull(call(function, VECTOR, vector(1f, null, 3f)));
  }

  @ParameterizedTest
  @EnumSource
  void vectorsOfDifferentLengthAreRefused(VectorFunction function) {
    var refusal =
        assertThrows(UncheckedUserException.class, () -> call(function, VECTOR, vector(1f, 2f)));
    assertEquals(
        function.name().toLowerCase(Locale.ROOT)
            + ": the vectors have 3 and 2 numbers, expected equally many",
        refusal.getMessage());
  }

  @Test
  void aVectorWithoutLengthHasNoCosine() {
    assertNull(call(VectorFunction.VECTOR_COSINE_SIMILARITY, vector(0f, 0f, 0f), VECTOR));
  }

  private static ArrayData vector(@Nullable Float... numbers) {
    return new GenericArrayData(numbers);
  }

  private static @Nullable Float call(
      VectorFunction function, @Nullable ArrayData a, @Nullable ArrayData b) {
    return new VectorCall(function)
        .produceResult(new GenericInternalRow(new @Nullable Object[] {a, b}));
  }
}
