package io.repvit.spark4;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Rows as Spark's writers take them, from public rows. Other than Spark's own converter it keeps an
 * array of floats without boxing them.
 */
final class Cells {
  private Cells() {}

  /**
   * Converts a row of these values: null, String, Integer, Long, Float, Double, Instant (a
   * timestamp), float[] (an array of non-null floats), Collection or Row[] (an array), Map, Row (a
   * struct).
   *
   * @throws IllegalArgumentException for a value of another class
   */
  static InternalRow row(Row row) {
    var cells = new @Nullable Object[row.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cell(row.get(i));
    }
    return new GenericInternalRow(cells);
  }

  /** Converts one value of these. */
  static @Nullable Object cell(@Nullable Object value) {
    if (value == null
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Float
        || value instanceof Double) {
      return value;
    } else if (value instanceof String text) {
      return UTF8String.fromString(text);
    } else if (value instanceof Instant time) {
      return micros(time);
    } else if (value instanceof float[] floats) {
      return UnsafeArrayData.fromPrimitiveArray(floats);
    } else if (value instanceof Collection<?> values) {
      return array(values);
    } else if (value instanceof Row[] structs) {
      return array(Arrays.asList(structs));
    } else if (value instanceof Map<?, ?> map) {
      return new ArrayBasedMapData(array(map.keySet()), array(map.values()));
    } else if (value instanceof Row struct) {
      return row(struct);
    }
    throw new IllegalArgumentException("no cell is made of " + value.getClass().getName());
  }

  private static GenericArrayData array(Collection<?> values) {
    return new GenericArrayData(values.stream().map(Cells::cell).toArray());
  }

  /** Microseconds since 1970; the largest number for times that need more. */
  private static long micros(Instant time) {
    long seconds = TimeUnit.SECONDS.toMicros(time.getEpochSecond());
    long micros = seconds + TimeUnit.NANOSECONDS.toMicros(time.getNano());
    return micros < seconds ? Long.MAX_VALUE : micros;
  }
}
