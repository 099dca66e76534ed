package io.repvit.plan;

import io.repvit.source.SourceObject;
import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Writes one file of {@link PlanData} while an input is listed. */
final class PlanWriter implements Closeable {
  private static final MessageType SCHEMA =
      Types.buildMessage()
          .required(PrimitiveTypeName.INT64)
          .named(PlanData.POSITION)
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(PlanData.PATH)
          .optional(PrimitiveTypeName.INT64)
          .named(PlanData.LENGTH)
          .optional(PrimitiveTypeName.INT64)
          .named(PlanData.MODIFIED_AT)
          .optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(PlanData.ETAG)
          .requiredMap()
          .key(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .requiredValue(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(PlanData.CARRIED)
          .optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(PlanData.FAULT)
          .optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(PlanData.FAULT_MESSAGE)
          .named("object");

  private final Path file;
  private final Configuration configuration;
  private final long first;
  private long objects;
  private long length;
  private @Nullable ParquetWriter<Group> out;

  /**
   * @param file the file; it is created with the first object, so an empty plan has no files
   * @param number the number of the file; positions increase from file to file
   */
  PlanWriter(Path file, int number, Configuration configuration) {
    this.file = file;
    this.configuration = configuration;
    first = (long) number << Integer.SIZE;
  }

  void add(SourceObject object) throws IOException {
    var row = new SimpleGroup(SCHEMA);
    row.add(PlanData.POSITION, first + objects);
    row.add(PlanData.PATH, object.path());
    if (object.length() != SourceObject.UNKNOWN) {
      row.add(PlanData.LENGTH, object.length());
    }
    if (object.modifiedAt() != SourceObject.UNKNOWN) {
      row.add(PlanData.MODIFIED_AT, object.modifiedAt());
    }
    if (object.etag() != null) {
      row.add(PlanData.ETAG, object.etag());
    }
    Group carried = row.addGroup(PlanData.CARRIED);
    object
        .carried()
        .forEach((name, value) -> carried.addGroup(0).append("key", name).append("value", value));
    if (object.fault() != null) {
      row.add(PlanData.FAULT, object.fault().code());
      row.add(PlanData.FAULT_MESSAGE, object.fault().message());
    }
    (out == null ? create() : out).write(row);
    objects++;
    length += Math.max(0, object.length());
  }

  private ParquetWriter<Group> create() throws IOException {
    out =
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(file, configuration))
            .withType(SCHEMA)
            .withConf(configuration)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(PlanData.ROW_GROUP_BYTES)
            .withDictionaryEncoding(false)
            .build();
    return out;
  }

  /** Number of objects that were added. */
  long objects() {
    return objects;
  }

  /** Sum of the known lengths, bytes. */
  long length() {
    return length;
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
    }
  }
}
