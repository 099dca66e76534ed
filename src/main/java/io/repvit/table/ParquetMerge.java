package io.repvit.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;

/**
 * Concatenates Parquet files of one schema. It copies row groups with their statistics and page
 * indexes, and decodes no row.
 */
final class ParquetMerge {
  private final Configuration configuration;

  ParquetMerge(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Writes the row groups of {@code files}, in their order, to {@code target}.
   *
   * @throws IOException if a file cannot be read or is no Parquet file, or {@code target} cannot be
   *     written
   */
  void merge(List<StagedFile> files, Path target) throws IOException {
    MessageType schema;
    Map<String, String> metadata;
    try (var first = ParquetFileReader.open(new StagedParquet(files.get(0), configuration))) {
      schema = first.getFileMetaData().getSchema();
      metadata = first.getFileMetaData().getKeyValueMetaData();
    }
    try (var writer =
        new ParquetFileWriter(
            HadoopOutputFile.fromPath(target, configuration),
            schema,
            ParquetFileWriter.Mode.CREATE,
            ParquetWriter.DEFAULT_BLOCK_SIZE,
            ParquetWriter.MAX_PADDING_SIZE_DEFAULT)) {
      writer.start();
      for (StagedFile file : files) {
        append(new StagedParquet(file, configuration), schema, writer);
      }
      writer.end(metadata);
    }
  }

  /** A column chunk with its page indexes, which are at the end of the file. */
  private record Chunk(ColumnChunkMetaData data, ColumnIndex index, OffsetIndex offsets) {}

  private void append(StagedParquet file, MessageType schema, ParquetFileWriter writer)
      throws IOException {
    var options = HadoopReadOptions.builder(configuration).build();
    try (SeekableInputStream in = file.newStream();
        var reader = ParquetFileReader.open(file, options, in)) {
      if (!reader.getFileMetaData().getSchema().equals(schema)) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s: the Parquet schema is %s, expected that of the other staged files: %s",
                file.file().uri(),
                reader.getFileMetaData().getSchema(),
                schema));
      }
      // The page indexes are at the end of the file. They are read first, so that the data before
      // them is read sequentially.
      List<List<Chunk>> rowGroups = new ArrayList<>();
      for (BlockMetaData block : reader.getRowGroups()) {
        List<Chunk> chunks = new ArrayList<>();
        for (ColumnChunkMetaData c : block.getColumns()) {
          chunks.add(new Chunk(c, reader.readColumnIndex(c), reader.readOffsetIndex(c)));
        }
        rowGroups.add(chunks);
      }
      for (int i = 0; i < rowGroups.size(); i++) {
        writer.startBlock(reader.getRowGroups().get(i).getRowCount());
        for (Chunk c : rowGroups.get(i)) {
          ColumnDescriptor column = schema.getColumnDescription(c.data().getPath().toArray());
          writer.appendColumnChunk(column, in, c.data(), null, c.index(), c.offsets());
        }
        writer.endBlock();
      }
    }
  }
}
