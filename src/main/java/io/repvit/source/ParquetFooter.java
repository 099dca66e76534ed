package io.repvit.source;

import io.repvit.UserException;
import io.repvit.spark4.ParquetSchema;
import io.repvit.storage.HadoopDefaults;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * The needed columns of a Parquet file, as its footer describes them.
 *
 * @param schema the schema of the needed columns, as Spark's JSON
 * @param nanoseconds names of the columns with times in nanoseconds, which Spark reads as numbers
 * @param problem why the columns cannot be read; null when they can
 */
record ParquetFooter(String schema, List<String> nanoseconds, @Nullable String problem)
    implements Serializable {

  /**
   * The needed columns.
   *
   * @param required names of columns; dots lead into structs
   * @param optional names of columns that may be missing
   * @param image name of the image column, which may be a struct with {@code bytes}, or null
   * @param settings options of Spark's reader to enable
   */
  record Needed(
      List<String> required, List<String> optional, @Nullable String image, List<String> settings)
      implements Serializable {
    Needed {
      required = List.copyOf(required);
      optional = List.copyOf(optional);
      settings = List.copyOf(settings);
    }

    /** The needed columns without the partition columns, which are in folder names. */
    Needed without(Set<String> partitionColumns) {
      return new Needed(
          required.stream().filter(n -> !partitionColumns.contains(n)).toList(),
          optional.stream().filter(n -> !partitionColumns.contains(n)).toList(),
          image,
          settings);
    }
  }

  ParquetFooter {
    nanoseconds = List.copyOf(nanoseconds);
  }

  /**
   * Reads the footer of a file.
   *
   * @param file the URI of the file
   */
  static ParquetFooter read(String file, Needed needed, Configuration configuration)
      throws IOException {
    HadoopDefaults.load();
    try (var reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(new Path(URI.create(file)), configuration))) {
      MessageType schema = reader.getFooter().getFileMetaData().getSchema();
      return of(schema, reader.getFooter().getBlocks(), needed, configuration);
    } catch (ColumnNames.AmbiguousException e) {
      return problem(String.valueOf(e.getMessage()));
    }
  }

  private static ParquetFooter of(
      MessageType schema,
      List<BlockMetaData> rowGroups,
      Needed needed,
      Configuration configuration) {
    List<List<String>> columns = new ArrayList<>();
    List<String> nanoseconds = new ArrayList<>();
    for (String name : needed.required()) {
      List<String> names = ColumnNames.find(name, above -> fields(at(schema, above)));
      if (names.isEmpty()) {
        return problem(ColumnNames.missing(name, fields(schema)));
      }
      boolean isStruct = name.equals(needed.image()) && fields(at(schema, names)).contains("bytes");
      columns.add(isStruct ? ColumnNames.below(names, "bytes") : names);
    }
    for (String name : needed.optional()) {
      List<String> names = ColumnNames.find(name, above -> fields(at(schema, above)));
      if (!names.isEmpty()) {
        columns.add(names);
      }
    }
    for (List<String> names : columns) {
      if (isNanoseconds(at(schema, names))) {
        nanoseconds.add(String.join(".", names));
      }
    }
    for (BlockMetaData rowGroup : rowGroups) {
      for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
        List<String> names = Arrays.asList(chunk.getPath().toArray());
        if (columns.stream().anyMatch(c -> isBelow(names, c))
            && !isReadable(chunk.getCodec(), configuration)) {
          return problem(
              String.format(
                  Locale.ROOT,
                  "found column %s compressed by %s, whose codec is not on the class path; expected"
                      + " zstd, snappy, gzip, lz4 or none",
                  names.get(0),
                  chunk.getCodec().name().toLowerCase(Locale.ROOT)));
        }
      }
    }
    try {
      var pruned = new MessageType(schema.getName(), pruned(schema, columns));
      return new ParquetFooter(
          ParquetSchema.ofSpark(pruned, needed.settings()).json(), nanoseconds, null);
    } catch (Exception e) {
      return problem("found a column that Spark cannot read: " + UserException.reason(e));
    }
  }

  private static ParquetFooter problem(String problem) {
    return new ParquetFooter("", List.of(), problem);
  }

  private static boolean isNanoseconds(Type type) {
    return type.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation time
        && time.getUnit() == LogicalTypeAnnotation.TimeUnit.NANOS;
  }

  private static boolean isReadable(CompressionCodecName codec, Configuration configuration) {
    String name = codec.getHadoopCompressionCodecClassName();
    return name == null || configuration.getClassByNameOrNull(name) != null;
  }

  private static boolean isBelow(List<String> names, List<String> above) {
    return names.size() >= above.size() && names.subList(0, above.size()).equals(above);
  }

  /** The type at a path of names. */
  static Type at(Type schema, List<String> names) {
    Type type = schema;
    for (String name : names) {
      type = type.asGroupType().getType(name);
    }
    return type;
  }

  /** The field names of a struct; empty for other types, lists and maps. */
  static List<String> fields(Type type) {
    return type.isPrimitive() || type.getLogicalTypeAnnotation() != null
        ? List.of()
        : type.asGroupType().getFields().stream().map(Type::getName).toList();
  }

  /** The fields of a struct that hold the columns. */
  static List<Type> pruned(GroupType group, List<List<String>> columns) {
    List<Type> kept = new ArrayList<>();
    for (Type field : group.getFields()) {
      List<List<String>> below =
          columns.stream()
              .filter(names -> names.get(0).equals(field.getName()))
              .map(names -> names.subList(1, names.size()))
              .toList();
      if (below.stream().anyMatch(List::isEmpty)) {
        kept.add(field);
      } else if (!below.isEmpty()) {
        kept.add(field.asGroupType().withNewFields(pruned(field.asGroupType(), below)));
      }
    }
    return kept;
  }
}
