package io.repvit.plan;

import io.repvit.storage.HadoopDefaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a {@link PlanData} of few objects, read in the driver. The first Spark SQL query of a
 * process takes seconds, most of it code generation and compilation.
 */
record SmallPlan(List<Entry> entries) {
  /** Objects that are read in the driver: 20,000, a few megabytes. */
  static final long MAX_OBJECTS = 20_000;

  /** Files that are read one after another: 32. Of more, Spark reads several at a time. */
  private static final int MAX_FILES = 32;

  /** What partitioning needs of an object; length and ETag are null where the data set has null. */
  record Entry(String file, long position, @Nullable Long length, @Nullable String etag) {}

  /** What is equal for duplicates. */
  private record Content(String etag, @Nullable Long length) {}

  SmallPlan {
    entries = List.copyOf(entries);
  }

  /**
   * The rows below {@code folder}; nothing if there are too many files.
   *
   * @throws UncheckedIOException when they cannot be read
   */
  static Optional<SmallPlan> read(String folder, Configuration configuration) {
    HadoopDefaults.load();
    var path = new Path(folder);
    try {
      FileSystem fs = path.getFileSystem(configuration);
      List<Path> files =
          Arrays.stream(fs.listStatus(path, file -> !file.getName().matches("[._].*")))
              .map(FileStatus::getPath)
              .sorted()
              .toList();
      if (files.size() > MAX_FILES) {
        return Optional.empty();
      }
      var entries = new ArrayList<Entry>();
      for (Path file : files) {
        try (ParquetReader<Group> reader =
            ParquetReader.builder(new GroupReadSupport(), file)
                .withConf(configuration)
                .usePageChecksumVerification()
                .build()) {
          for (Group row = reader.read(); row != null; row = reader.read()) {
            entries.add(entry(file.toString(), row));
          }
        }
      }
      return Optional.of(new SmallPlan(entries));
    } catch (IOException e) {
      throw new UncheckedIOException("the plan of the run cannot be read", e);
    }
  }

  private static Entry entry(String file, Group row) {
    return new Entry(
        file,
        row.getLong(PlanData.POSITION, 0),
        row.getFieldRepetitionCount(PlanData.LENGTH) == 0 ? null : row.getLong(PlanData.LENGTH, 0),
        row.getFieldRepetitionCount(PlanData.ETAG) == 0 ? null : row.getString(PlanData.ETAG, 0));
  }

  /** Whether objects have equal ETag and length. */
  boolean hasDuplicates() {
    var contents = new HashSet<Content>();
    return entries.stream()
        .anyMatch(e -> e.etag() != null && !contents.add(new Content(e.etag(), e.length())));
  }

  long withoutLength() {
    return entries.stream().filter(e -> e.length() == null).count();
  }

  /** Objects of one position are one block, in the order of reading. */
  List<PlanBlock> blocks() {
    Map<Long, PlanBlock> blocks = new HashMap<>();
    for (Entry e : entries) {
      long length = e.length() == null ? 0 : e.length();
      blocks.merge(
          e.position(),
          new PlanBlock(e.file(), e.position(), e.position(), 1, length),
          (a, b) ->
              new PlanBlock(
                  a.file(), a.first(), a.last(), a.objects() + 1, a.length() + b.length()));
    }
    return blocks.values().stream().sorted(PlanBlock.BY_POSITION).toList();
  }
}
