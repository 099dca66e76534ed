package io.repvit.table;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.repvit.spark4.SparkSql;
import io.repvit.spark4.SparkTasks;
import io.repvit.storage.WholeFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.sql.SparkSession;

/**
 * Makes tables visible as folders of Parquet files of about {@code targetBytes}. On file systems
 * with an atomic rename, a folder becomes visible by a rename; on S3, each file does when its
 * upload is completed.
 */
public final class ParquetFolders implements TableCommitter {
  private static final int NAME_DIGITS = 16;

  private final SparkSession spark;
  private final long targetBytes;

  public ParquetFolders(SparkSession spark, long targetBytes) {
    this.spark = spark;
    this.targetBytes = targetBytes;
  }

  @Override
  public void commit(Staging staging, RunKey key, List<StagedTable> tables, Permission permission)
      throws IOException {
    FileSystem fs = staging.fileSystem();
    Configuration configuration = SparkSql.hadoop(spark);
    boolean direct = WholeFile.appearsWhole(fs);
    List<CommittedFolder> folders = new ArrayList<>();
    List<Merged> files = new ArrayList<>();
    for (StagedTable table : tables) {
      var folder = direct ? key.folder(table.name()) : new Path(staging.publishing(), table.name());
      var committed = new CommittedFolder(folder, configuration);
      committed.begin();
      folders.add(committed);
      files.addAll(merged(table, folders.size() - 1));
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    context.setJobDescription("publish " + key);
    try {
      context.parallelize(files, files.size()).foreach(new MergeTask(folders));
    } finally {
      context.setJobDescription(null);
    }
    permission.require();
    for (CommittedFolder folder : folders) {
      folder.commit();
    }
    for (int i = 0; i < tables.size(); i++) {
      Path place = key.folder(tables.get(i).name());
      if (direct) {
        deleteOthers(fs, place, names(files, i));
      } else {
        appear(fs, new Path(folders.get(i).uri()), place);
      }
    }
  }

  private static Set<String> names(List<Merged> files, int folder) {
    return files.stream().filter(f -> f.folder() == folder).map(Merged::name).collect(toSet());
  }

  /**
   * Deletes all files in {@code place} except {@code files}: an earlier attempt has left them that
   * failed during publication.
   */
  private static void deleteOthers(FileSystem fs, Path place, Set<String> files)
      throws IOException {
    for (FileStatus child : fs.listStatus(place)) {
      String name = child.getPath().getName();
      if (!files.contains(name) && !name.equals(FileOutputCommitter.SUCCEEDED_FILE_NAME)) {
        fs.delete(child.getPath(), true);
      }
    }
  }

  /** Renames a staged folder to its visible place. */
  private static void appear(FileSystem fs, Path staged, Path place) throws IOException {
    fs.mkdirs(place.getParent());
    if (fs.exists(place)) {
      if (content(fs, place).equals(content(fs, staged))) {
        return;
      }
      // A rename to an existing folder would move the staged folder into it.
      fs.delete(place, true);
    }
    if (!fs.rename(staged, place)) {
      throw new IOException(
          "cannot rename " + staged + " to " + place + ", the file system gave no reason");
    }
  }

  /**
   * Lengths of files by name. File names contain a hash of their source files, so that equal
   * content means equal rows.
   */
  private static Map<String, Long> content(FileSystem fs, Path folder) throws IOException {
    return Staging.files(fs, folder).stream()
        .collect(toMap(file -> new Path(file.uri()).getName(), StagedFile::bytes));
  }

  @Override
  public void withdraw(RunKey key, List<String> tables) throws IOException {
    Configuration configuration = SparkSql.hadoop(spark);
    for (String table : tables) {
      Path folder = key.folder(table);
      FileSystem fs = folder.getFileSystem(configuration);
      if (WholeFile.appearsWhole(fs)) {
        // Deleting a folder does not abort its pending uploads.
        new CommittedFolder(folder, configuration).abort();
      }
      fs.delete(folder, true);
    }
  }

  /** Groups consecutive staged files into files of at most the target length. */
  private List<Merged> merged(StagedTable table, int folder) {
    List<Merged> merged = new ArrayList<>();
    List<StagedFile> current = new ArrayList<>();
    long bytes = 0;
    for (StagedFile file : table.files()) {
      if (!current.isEmpty() && bytes + file.bytes() > targetBytes) {
        merged.add(new Merged(folder, name(merged.size(), current), List.copyOf(current)));
        current.clear();
        bytes = 0;
      }
      current.add(file);
      bytes += file.bytes();
    }
    merged.add(new Merged(folder, name(merged.size(), current), List.copyOf(current)));
    return merged;
  }

  /**
   * Names a file by its number and a hash of its staged files. If a second attempt publishes the
   * same waves, it overwrites the files of the first and adds no duplicates.
   */
  private static String name(int number, List<StagedFile> files) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(files.toString().getBytes(StandardCharsets.UTF_8));
      return String.format(
          Locale.ROOT,
          "part-%05d-%s.zstd.parquet",
          number,
          HexFormat.of().formatHex(hash).substring(0, NAME_DIGITS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /**
   * A file to write, and the staged files that it is made of.
   *
   * @param folder index of its folder
   */
  private record Merged(int folder, String name, List<StagedFile> files) implements Serializable {}

  /** Writes one file. */
  private static final class MergeTask implements VoidFunction<Merged> {
    private static final long serialVersionUID = 1;

    private final List<CommittedFolder> folders;

    MergeTask(List<CommittedFolder> folders) {
      this.folders = folders;
    }

    @Override
    public void call(Merged file) throws Exception {
      TaskContext task = TaskContext.get();
      CommittedFolder.Task output = folders.get(file.folder()).open(task);
      try {
        new ParquetMerge(output.context().getConfiguration())
            .merge(file.files(), output.file(file.name()));
        SparkTasks.requireCommitPermission(task);
        output.commit();
      } catch (Throwable t) {
        try {
          output.abort();
        } catch (IOException | RuntimeException e) {
          t.addSuppressed(e);
        }
        throw t;
      }
    }
  }
}
