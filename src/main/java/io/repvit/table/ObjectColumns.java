package io.repvit.table;

import io.repvit.source.ImageObject;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** The leading columns of both tables: the source object as it was listed. */
final class ObjectColumns {
  /** The columns length and modified_at are null if the input does not state them. */
  static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("length", DataTypes.LongType, true)
          .add("modified_at", DataTypes.TimestampType, true)
          .add("etag", DataTypes.StringType, true)
          .add(
              "carried",
              DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType, false),
              false);

  private ObjectColumns() {}

  /** Builds a row of the columns of {@code object}, followed by {@code others}. */
  static InternalRow row(ImageObject object, @Nullable Object... others) {
    Stream<@Nullable Object> columns =
        Stream.of(
            UTF8String.fromString(object.path()),
            object.length() == ImageObject.UNKNOWN ? null : object.length(),
            object.modifiedAt() == ImageObject.UNKNOWN
                ? null
                : TimeUnit.MILLISECONDS.toMicros(object.modifiedAt()),
            UTF8String.fromString(object.etag()),
            carried(object));
    return new GenericInternalRow(Stream.concat(columns, Arrays.stream(others)).toArray());
  }

  private static ArrayBasedMapData carried(ImageObject object) {
    var sorted = new TreeMap<>(object.carried());
    return new ArrayBasedMapData(texts(sorted.keySet().stream()), texts(sorted.values().stream()));
  }

  private static GenericArrayData texts(Stream<String> texts) {
    return new GenericArrayData(texts.map(UTF8String::fromString).toArray());
  }
}
