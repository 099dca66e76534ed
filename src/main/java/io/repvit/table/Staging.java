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
 * Where everything unfinished of a run stands, {@code <output>/_staging/<date>-<id>}: nothing of it
 * is ever below the tables.
 *
 * <pre>
 * lease/     the lease of the attempt that works at the run
 * plan.json  what is to be done; with it, the run has begun
 * plan-U/    objects of the plan as Parquet, written by attempt U
 * wave-N-U/  rows of wave N by attempt U, a folder per table
 * wave-N.json  vouches for one such folder
 * publish-U/ tables about to appear by a rename
 * </pre>
 */
public final class Staging {
  public static final String FOLDER = "_staging";
  private static final Pattern NAME =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)-([A-Za-z0-9][A-Za-z0-9._-]{0,127})");

  private final FileSystem fs;
  private final Path folder;
  private final String attempt = UUID.randomUUID().toString();

  /** Of one attempt of a run; nothing is created. */
  public Staging(FileSystem fs, RunKey key) {
    this.fs = fs;
    this.folder = new Path(root(key.output()), key.date() + "-" + key.id());
  }

  private static Path root(String output) {
    return new Path(output, FOLDER);
  }

  /** Runs below {@code output} that are unfinished, or were not cleared. */
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

  /** A name that no other attempt has. */
  public String attempt() {
    return attempt;
  }

  /** For claims. */
  public Path lease() {
    return new Path(folder, "lease");
  }

  /** For the description of the work. */
  public Path plan() {
    return new Path(folder, "plan.json");
  }

  /** For the files of the plan, if this attempt makes it. */
  public Path planFiles() {
    return new Path(folder, "plan-" + attempt);
  }

  /** For the rows of a wave that this attempt computes. */
  public Path wave(int wave) {
    return new Path(folder, String.format(Locale.ROOT, "wave-%d-%s", wave, attempt));
  }

  /** For what vouches for the rows of a wave. */
  public Path record(int wave) {
    return new Path(folder, String.format(Locale.ROOT, "wave-%d.json", wave));
  }

  /** For tables that this attempt is about to publish. */
  Path publishing() {
    return new Path(folder, "publish-" + attempt);
  }

  /** The files directly in {@code folder} that readers of a table see. */
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

  /** Deletes everything of this run here, and the folder of all when nothing else is there. */
  public void delete() throws IOException {
    fs.delete(folder, true);
    deleteEmpty(folder.getParent());
  }

  /**
   * Deletes everything of this run here but the claims on it.
   *
   * @return whether there was anything
   */
  public boolean clear() throws IOException {
    // First, so that a plan never stands without its files.
    boolean any = fs.delete(plan(), false);
    for (FileStatus child : children(fs, folder)) {
      if (!child.getPath().getName().equals(lease().getName())) {
        any |= fs.delete(child.getPath(), true);
      }
    }
    return any;
  }

  /** Deletes the folders of this run and of all when nothing is there. */
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

  /** Whether nothing is there any more. */
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
