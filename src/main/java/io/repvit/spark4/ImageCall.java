package io.repvit.spark4;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** An {@link ImageFunction} as Spark's expressions call it. */
record ImageCall(String name, ImageFunction function) implements ScalarFunction<@Nullable Object> {

  @Override
  public DataType[] inputTypes() {
    return new DataType[] {DataTypes.BinaryType};
  }

  @Override
  public DataType resultType() {
    return function.type();
  }

  @Override
  public String canonicalName() {
    return SqlFunctions.canonicalName(name);
  }

  @Override
  public @Nullable Object produceResult(InternalRow input) {
    return input.isNullAt(0) ? null : Cells.cell(function.apply(input.getBinary(0)));
  }

  @Override
  public String toString() {
    return function.toString();
  }
}
