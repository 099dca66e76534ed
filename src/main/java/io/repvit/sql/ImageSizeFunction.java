package io.repvit.sql;

import io.repvit.image.ImageException;
import io.repvit.image.ImageSize;
import io.repvit.spark4.ImageFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** {@code image_size}. */
record ImageSizeFunction() implements ImageFunction {
  private static final StructType TYPE =
      new StructType()
          .add("width", DataTypes.IntegerType, false)
          .add("height", DataTypes.IntegerType, false)
          .add("format", DataTypes.StringType, false);

  @Override
  public DataType type() {
    return TYPE;
  }

  @Override
  public @Nullable Row apply(byte[] image) {
    try {
      ImageSize size = ImageSize.of(image);
      return RowFactory.create(size.width(), size.height(), size.format().name());
    } catch (ImageException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return "headers";
  }
}
