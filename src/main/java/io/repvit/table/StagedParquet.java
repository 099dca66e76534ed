package io.repvit.table;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FutureIO;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A staged Parquet file, opened for sequential reading. Parquet's own {@code HadoopInputFile} asks
 * S3A for random access, and S3A then copies the file with many small requests.
 */
record StagedParquet(StagedFile file, Configuration configuration) implements InputFile {
  @Override
  public long getLength() {
    return file.bytes();
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    var path = new Path(file.uri());
    FileSystem fs = path.getFileSystem(configuration);
    FSDataInputStream in =
        FutureIO.awaitFuture(
            fs.openFile(path)
                .opt("fs.option.openfile.read.policy", "sequential")
                .optLong("fs.option.openfile.length", file.bytes())
                .build());
    return HadoopStreams.wrap(in);
  }
}
