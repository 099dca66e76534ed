package io.repvit.spark4;

import io.repvit.UncheckedUserException;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** A {@link VectorFunction} as Spark's expressions call it. */
record VectorCall(VectorFunction function) implements ScalarFunction<@Nullable Float> {

  @Override
  public String name() {
    return function.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public DataType[] inputTypes() {
    DataType vector = DataTypes.createArrayType(DataTypes.FloatType);
    return new DataType[] {vector, vector};
  }

  @Override
  public DataType resultType() {
    return DataTypes.FloatType;
  }

  @Override
  public String canonicalName() {
    return SqlFunctions.canonicalName(name());
  }

  /** Null if a vector or a number in it is null. */
  @Override
  public @Nullable Float produceResult(InternalRow input) {
    if (input.isNullAt(0) || input.isNullAt(1)) {
      return null;
    }
    ArrayData a = input.getArray(0);
    ArrayData b = input.getArray(1);
    if (a.numElements() != b.numElements()) {
      throw new UncheckedUserException(
          String.format(
              Locale.ROOT,
              "%s: the vectors have %d and %d numbers, expected equally many",
              name(),
              a.numElements(),
              b.numElements()));
    }
    return hasNull(a) || hasNull(b) ? null : function.of(a.toFloatArray(), b.toFloatArray());
  }

  private static boolean hasNull(ArrayData vector) {
    for (int i = 0; i < vector.numElements(); i++) {
      if (vector.isNullAt(i)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "FLOAT";
  }
}
