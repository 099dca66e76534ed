package io.repvit.spark4;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.sql.execution.datasources.FilePartition;

/**
 * A range of bytes of a file that one partition reads.
 *
 * @param file its URI, escaped
 * @param start of the range, bytes
 * @param length of the range, bytes
 * @param size of the file, bytes
 * @param modifiedAt time of the file, milliseconds since 1970
 */
public record FileSlice(String file, long start, long length, long size, long modifiedAt) {

  /**
   * What a partition reads, in its order.
   *
   * @param partition of the RDD of rows of one of Spark's file formats, without a shuffle
   * @throws ClassCastException for another partition
   */
  public static List<FileSlice> of(Partition partition) {
    return Arrays.stream(((FilePartition) partition).files())
        .map(
            f ->
                new FileSlice(
                    f.urlEncodedPath(), f.start(), f.length(), f.fileSize(), f.modificationTime()))
        .toList();
  }
}
