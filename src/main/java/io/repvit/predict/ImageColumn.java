package io.repvit.predict;

import io.repvit.image.BgrPixels;
import io.repvit.source.Fetched;
import io.repvit.source.Quarantined;
import io.repvit.source.Quarantined.Stage;
import io.repvit.source.SourceObject;
import io.repvit.source.TableImages;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A column with images: where their bytes, pixels or paths are. */
sealed interface ImageColumn extends Serializable {
  /** Types of columns with images, for messages. */
  String EXPECTED =
      "binary (encoded images), string (paths), struct<bytes binary, path string>"
          + " or the type of Spark's image source";

  /** A field that is not there. */
  int NONE = -1;

  /** Fields of the rows of Spark's {@code binaryFile} source. */
  Set<String> BINARY_FILE = Set.of("path", "modificationTime", "length", "content");

  /** Fields of Spark's image schema, in their order. */
  List<String> IMAGE = List.of("origin", "height", "width", "nChannels", "mode", "data");

  /** Position of the column in the rows. */
  int column();

  /**
   * Finds a column.
   *
   * @throws IllegalArgumentException if there is no such column, or it has another type
   */
  static ImageColumn of(StructType rows, String name) {
    int column = index(rows, name);
    if (column == NONE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "inputCol is '%s', but the columns are %s; set inputCol to the column with the images",
              name,
              String.join(", ", rows.fieldNames())));
    }
    DataType type = rows.fields()[column].dataType();
    if (type instanceof BinaryType) {
      boolean isBinaryFile = Set.of(rows.fieldNames()).containsAll(BINARY_FILE);
      return new Bytes(
          column,
          isBinaryFile && rows.fieldNames()[column].equals("content")
              ? rows.fieldIndex("path")
              : NONE);
    } else if (type instanceof StringType) {
      return new Paths(column);
    } else if (type instanceof StructType struct) {
      if (List.of(struct.fieldNames()).equals(IMAGE)
          && struct.fields()[5].dataType() instanceof BinaryType
          && Arrays.stream(struct.fields(), 1, 5)
              .allMatch(f -> f.dataType() instanceof IntegerType)) {
        return new Pixels(column);
      }
      int bytes = index(struct, "bytes");
      bytes = bytes == NONE ? index(struct, "content") : bytes;
      int path = index(struct, "path");
      if (bytes != NONE
          && struct.fields()[bytes].dataType() instanceof BinaryType
          && (path == NONE || struct.fields()[path].dataType() instanceof StringType)) {
        return new Struct(column, bytes, path);
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "column '%s' has the type %s, expected %s",
            name,
            type.catalogString(),
            EXPECTED));
  }

  /** Position of a field by its name, or else by its name in another case; {@link #NONE}. */
  static int index(StructType rows, String name) {
    List<String> names = List.of(rows.fieldNames());
    int found = names.indexOf(name);
    for (int i = 0; found == NONE && i < names.size(); i++) {
      found = names.get(i).equalsIgnoreCase(name) ? i : NONE;
    }
    return found;
  }

  /** Whether a row has no image: the result is null. */
  default boolean isNull(Row row) {
    return row.isNullAt(column());
  }

  /** Columns with images. {@link Paths} are read ahead. */
  sealed interface InRows extends ImageColumn {
    /**
     * The image of a row that is not null.
     *
     * @param maxBytes largest encoded image, bytes
     */
    Fetched fetched(Row row, long maxBytes);
  }

  /**
   * Encoded images.
   *
   * @param path position of the column with their paths, or {@link #NONE}
   */
  record Bytes(int column, int path) implements InRows {
    @Override
    public Fetched fetched(Row row, long maxBytes) {
      return encoded(row.getAs(column), path == NONE ? null : row.getString(path), maxBytes);
    }
  }

  /**
   * Structs with encoded images.
   *
   * @param bytes position of the field with the bytes
   * @param path position of the field with the path, or {@link #NONE}
   */
  record Struct(int column, int bytes, int path) implements InRows {
    @Override
    public boolean isNull(Row row) {
      return row.isNullAt(column) || row.getStruct(column).isNullAt(bytes);
    }

    @Override
    public Fetched fetched(Row row, long maxBytes) {
      Row image = row.getStruct(column);
      return encoded(image.getAs(bytes), path == NONE ? null : image.getString(path), maxBytes);
    }
  }

  private static Fetched encoded(byte[] bytes, @Nullable String path, long maxBytes) {
    return TableImages.fetched(
        new SourceObject(path == null ? "#" : path, bytes.length, SourceObject.UNKNOWN, null),
        bytes,
        maxBytes);
  }

  /** Decoded images in Spark's image schema: rows of BGR or BGRA pixels. */
  record Pixels(int column) implements InRows {
    /** OpenCV's CV_8U: samples are bytes. A mode is a depth plus 8 times the channels less one. */
    private static final int DEPTH_8U = 0;

    @Override
    public Fetched fetched(Row row, long maxBytes) {
      Row image = row.getStruct(column);
      String origin = image.isNullAt(0) ? "#" : image.getString(0);
      try {
        int channels = image.getInt(3);
        int mode = image.getInt(4);
        if (mode != DEPTH_8U + 8 * (channels - 1)) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "found the mode %d of %d channels, expected CV_8UC1, CV_8UC3 or CV_8UC4 (0, 16, 24)",
                  mode,
                  channels));
        }
        byte[] pnm = BgrPixels.toPnm(image.getInt(2), image.getInt(1), channels, image.getAs(5));
        return TableImages.fetched(
            new SourceObject(origin, pnm.length, SourceObject.UNKNOWN, null), pnm, maxBytes);
      } catch (IllegalArgumentException e) {
        return new Fetched.Failed(
            new Quarantined(
                new SourceObject(origin, SourceObject.UNKNOWN, SourceObject.UNKNOWN, null),
                Stage.DECODE,
                "CORRUPT",
                String.valueOf(e.getMessage())));
      }
    }
  }

  /** Paths or URIs of images. A path without a scheme is on the default file system. */
  record Paths(int column) implements ImageColumn {
    /**
     * The source object of a row. A path that cannot be one becomes an object with a fault.
     *
     * @param root root of the default file system
     */
    SourceObject object(Row row, Path root) {
      return isNull(row)
          ? SourceObject.faulty("#", "the path is null")
          : SourceObject.named(row.getString(column), root);
    }
  }
}
