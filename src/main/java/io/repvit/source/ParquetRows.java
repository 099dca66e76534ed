package io.repvit.source;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads single images from a Parquet file with an image column: of the row groups that have wanted
 * rows, the pages of that column up to the last wanted row.
 *
 * @param imageColumn name of the image column: binary, or a struct with a binary field {@code
 *     bytes}; null takes the column {@code image}, or else the only such column
 * @param keyColumn name of the column that identifies a row; null identifies it by its number
 */
record ParquetRows(@Nullable String imageColumn, @Nullable String keyColumn) {
  /** Largest image column of a row group, compressed: 512 MiB, which a task holds in memory. */
  private static final long MAX_CHUNK_BYTES = 512L << 20;

  private static final String IMAGE = "image";
  private static final String BYTES = "bytes";

  /** Receives the rows that were found. */
  interface Sink {
    /**
     * @param key the key, as it was asked for
     * @param image encoded image; null if the row has none
     */
    void accept(String key, byte @Nullable [] image);

    boolean isEnded();
  }

  /** Passes the rows with these keys to {@code sink}; it does not get keys that no row has. */
  void read(Path file, Set<String> keys, Configuration configuration, Sink sink)
      throws IOException {
    try (var reader = ParquetFileReader.open(HadoopInputFile.fromPath(file, configuration))) {
      MessageType schema = reader.getFooter().getFileMetaData().getSchema();
      List<String> image = image(schema);
      long first = 0;
      for (int i = 0; i < reader.getRowGroups().size() && !sink.isEnded(); i++) {
        long count = reader.getRowGroups().get(i).getRowCount();
        Map<Long, String> wanted =
            keyColumn == null
                ? numbered(keys, first, count)
                : keyed(reader, i, column(schema, keyColumn), keys, first, count);
        if (!wanted.isEmpty()) {
          requireSize(reader, i, image);
          images(reader, i, image, wanted, sink);
        }
        first += count;
      }
    } catch (RuntimeException e) {
      throw new IOException("the Parquet file cannot be read: " + e.getMessage(), e);
    }
  }

  private List<String> image(MessageType schema) {
    if (imageColumn != null) {
      return withBytes(schema, column(schema, imageColumn));
    }
    List<String> images =
        schema.getFields().stream().filter(ParquetRows::isImage).map(Type::getName).toList();
    if (!images.contains(IMAGE) && images.size() != 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found %d binary columns, expected one, or one named image; name the image column",
              images.size()));
    }
    return withBytes(schema, List.of(images.contains(IMAGE) ? IMAGE : images.get(0)));
  }

  private static boolean isImage(Type type) {
    return type.isPrimitive()
        ? type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
            && !(type.getLogicalTypeAnnotation() instanceof StringLogicalTypeAnnotation)
            && !type.isRepetition(Type.Repetition.REPEATED)
        : ParquetFooter.fields(type).contains(BYTES) && isImage(type.asGroupType().getType(BYTES));
  }

  private static List<String> withBytes(MessageType schema, List<String> names) {
    return ParquetFooter.at(schema, names).isPrimitive() ? names : ColumnNames.below(names, BYTES);
  }

  private static List<String> column(MessageType schema, String name) {
    List<String> names =
        ColumnNames.find(name, above -> ParquetFooter.fields(ParquetFooter.at(schema, above)));
    if (names.isEmpty()) {
      throw new IllegalArgumentException(ColumnNames.missing(name, ParquetFooter.fields(schema)));
    }
    return names;
  }

  /** The wanted numbers of a row group by their position in it. */
  private static Map<Long, String> numbered(Set<String> keys, long first, long count) {
    var wanted = new HashMap<Long, String>();
    for (String key : keys) {
      if (key.matches("[0-9]{1,18}")) {
        long row = Long.parseLong(key) - first;
        if (row >= 0 && row < count) {
          wanted.put(row, key);
        }
      }
    }
    return wanted;
  }

  /** The wanted keys of a row group by their position in it. */
  private static Map<Long, String> keyed(
      ParquetFileReader reader,
      int rowGroup,
      List<String> column,
      Set<String> keys,
      long first,
      long count)
      throws IOException {
    var wanted = new HashMap<Long, String>();
    each(
        reader,
        rowGroup,
        column,
        count,
        (row, value) -> {
          String key = value == null ? "" : value.text();
          String numbered = key + "#" + (first + row);
          if (keys.contains(numbered)) {
            wanted.put(row, numbered);
          } else if (value != null && keys.contains(key)) {
            wanted.put(row, key);
          }
        });
    return wanted;
  }

  private static void requireSize(ParquetFileReader reader, int rowGroup, List<String> image) {
    reader.getRowGroups().get(rowGroup).getColumns().stream()
        .filter(chunk -> List.of(chunk.getPath().toArray()).equals(image))
        .filter(chunk -> chunk.getTotalSize() > MAX_CHUNK_BYTES)
        .findFirst()
        .ifPresent(
            chunk -> {
              throw new IllegalArgumentException(
                  String.format(
                      Locale.ROOT,
                      "the images of a row group have %d bytes, expected at most %d",
                      chunk.getTotalSize(),
                      MAX_CHUNK_BYTES));
            });
  }

  private static void images(
      ParquetFileReader reader,
      int rowGroup,
      List<String> image,
      Map<Long, String> wanted,
      Sink sink)
      throws IOException {
    var rows = new TreeMap<>(wanted);
    each(
        reader,
        rowGroup,
        image,
        rows.lastKey() + 1,
        (row, value) -> {
          String key = rows.get(row);
          if (key != null && !sink.isEnded()) {
            sink.accept(key, value == null ? null : value.bytes());
          }
        });
  }

  /** A value of a column that is not null. */
  private record Value(Group struct, String name) {
    byte[] bytes() {
      return struct.getBinary(name, 0).getBytes();
    }

    String text() {
      return struct.getValueToString(struct.getType().getFieldIndex(name), 0);
    }
  }

  private interface Values {
    void accept(long row, @Nullable Value value);
  }

  /** Reads the first {@code count} values of a column in a row group. */
  private static void each(
      ParquetFileReader reader, int rowGroup, List<String> column, long count, Values values)
      throws IOException {
    MessageType schema = reader.getFooter().getFileMetaData().getSchema();
    var columns = new MessageType(schema.getName(), ParquetFooter.pruned(schema, List.of(column)));
    reader.setRequestedSchema(columns);
    try (PageReadStore pages = reader.readRowGroup(rowGroup)) {
      RecordReader<Group> records =
          new ColumnIOFactory()
              .getColumnIO(columns)
              .getRecordReader(pages, new GroupRecordConverter(columns));
      for (long row = 0; row < count; row++) {
        values.accept(row, value(records.read(), column));
      }
    }
  }

  private static @Nullable Value value(Group row, List<String> column) {
    Group struct = row;
    for (String name : column.subList(0, column.size() - 1)) {
      if (struct.getFieldRepetitionCount(name) == 0) {
        return null;
      }
      struct = struct.getGroup(name, 0);
    }
    String name = column.get(column.size() - 1);
    return struct.getFieldRepetitionCount(name) == 0 ? null : new Value(struct, name);
  }
}
