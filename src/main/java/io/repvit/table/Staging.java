package io.repvit.table;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The staging folder of a run, {@code <output>/_staging/<date>-<id>}. It holds all files of an
 * unfinished run; readers of the tables do not see it.
 *
 * <pre>
 * lease/     the lease of the attempt that computes the run
 * plan.json  spec and plan; an unfinished run with this file can be resumed
 * plan-U/    source objects of the plan as Parquet, written by attempt U
 * wave-N-U/  rows of wave N, computed by attempt U, one folder per table
 * wave-N.json  commit record of wave N, written last; it names one such folder
 * publish-U/ tables of attempt U that become visible by a rename
 * </pre>
 */
public final class Staging {
  public static final String FOLDER = "_staging";
  private static final Pattern NAME =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)-([A-Za-z0-9][A-Za-z0-9._-]{0,127})");

  private final FileSystem fs;
  private final Path folder;
  private final String attempt = UUID.randomUUID().toString();

  /** The staging folder for one new attempt. Creates nothing on storage. */
  public Staging(FileSystem fs, RunKey key) {
    this.fs = fs;
    this.folder = new Path(root(key.output()), key.date() + "-" + key.id());
  }

  private static Path root(String output) {
    return new Path(output, FOLDER);
  }

  /**
   * Runs below {@code output} with a staging folder: unfinished runs, and published ones whose
   * staging folder could not be deleted.
   */
  public static List<RunKey> runs(FileSystem fs, String output) throws IOException {
    return Arrays.stream(children(fs, root(output)))
        .map(child -> NAME.matcher(child.getPath().getName()))
        .filter(Matcher::matches)
        .map(name -> new RunKey(output, LocalDate.parse(name.group(1)), name.group(2)))
        .toList();
  }

  public FileSystem fileSystem() {
    return fs;
  }

  public Path folder() {
    return folder;
  }

  /** Unique name of this attempt. */
  public String attempt() {
    return attempt;
  }

  /** The folder of the run's lease. */
  public Path lease() {
    return new Path(folder, "lease");
  }

  /** The file with the run's spec and plan. */
  public Path plan() {
    return new Path(folder, "plan.json");
  }

  /** The folder of plan files that this attempt writes, if no earlier one has written them. */
  public Path planFiles() {
    return new Path(folder, "plan-" + attempt);
  }

  /** The folder of the rows that this attempt computes for a wave. */
  public Path wave(int wave) {
    return new Path(folder, String.format(Locale.ROOT, "wave-%d-%s", wave, attempt));
  }

  /** The commit record of a wave. */
  public Path waveCommit(int wave) {
    return new Path(folder, String.format(Locale.ROOT, "wave-%d.json", wave));
  }

  /** The folder of tables that this attempt is about to make visible. */
  Path publishing() {
    return new Path(folder, "publish-" + attempt);
  }

  /**
   * The data files directly in {@code folder}, by name; names that begin with an underscore are
   * left out, as readers of Parquet folders do.
   */
  public static List<StagedFile> files(FileSystem fs, Path folder) throws IOException {
    List<StagedFile> files = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> all = fs.listFiles(folder, false);
    while (all.hasNext()) {
      FileStatus file = all.next();
      if (!file.getPath().getName().startsWith("_")) {
        files.add(new StagedFile(file.getPath().toString(), file.getLen()));
      }
    }
    files.sort(Comparator.comparing(StagedFile::uri));
    return files;
  }

  /** Deletes the staging folder of this run, and the folder of all runs if it is empty then. */
  public void delete() throws IOException {
    fs.delete(folder, true);
    deleteEmpty(folder.getParent());
  }

  /**
   * Deletes everything in the staging folder of this run except the lease.
   *
   * @return whether anything was deleted
   */
  public boolean clear() throws IOException {
    // Deleted first, so that plan.json never exists without the plan files that it names.
    boolean any = fs.delete(plan(), false);
    for (FileStatus child : children(fs, folder)) {
      if (!child.getPath().getName().equals(lease().getName())) {
        any |= fs.delete(child.getPath(), true);
      }
    }
    return any;
  }

  /**
   * Deletes the staging folder of this run if it is empty, and then that of all runs if it is
   * empty.
   */
  public void clearEmpty() throws IOException {
    if (deleteEmpty(lease()) && deleteEmpty(folder)) {
      deleteEmpty(folder.getParent());
    }
  }

  private static FileStatus[] children(FileSystem fs, Path path) throws IOException {
    try {
      return fs.listStatus(path);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** Deletes {@code path} if it is empty; returns whether it no longer exists. */
  private boolean deleteEmpty(Path path) throws IOException {
    if (children(fs, path).length > 0) {
      return false;
    }
    try {
      fs.delete(path, false);
      return true;
    } catch (PathIsNotEmptyDirectoryException e) {
      return false;
    }
  }
}
