package io.repvit.table;

import io.repvit.source.SourceObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
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
  static Row row(SourceObject object, @Nullable Object... others) {
    Stream<@Nullable Object> columns =
        Stream.of(
            object.path(),
            object.length() == SourceObject.UNKNOWN ? null : object.length(),
            object.modifiedAt() == SourceObject.UNKNOWN
                ? null
                : Instant.ofEpochMilli(object.modifiedAt()),
            object.etag(),
            new TreeMap<>(object.carried()));
    return RowFactory.create(Stream.concat(columns, Arrays.stream(others)).toArray());
  }
}
