package io.repvit.run;

import static java.util.Comparator.comparing;

import io.repvit.storage.WholeFile;
import io.repvit.table.Staging;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the lease of one run, {@code lease-N} in the folder {@link Staging#lease}. The lines
 * of a file are the attempt, its timeout in milliseconds, its holder, and the start of the attempt.
 */
final class LeaseFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseFiles.class);
  private static final Pattern NAME = Pattern.compile("lease-([1-9]\\d{0,17})");

  private static final String CLOCK = "_clock-";

  /** Age at which the clock file of another attempt is left from a killed one, milliseconds. */
  private static final long OLD_CLOCK = 60_000;

  /** Hadoop 3.5's option of {@code createFile}: S3A sends {@code If-None-Match: *}. */
  private static final String IF_NONE = "fs.option.create.conditional.overwrite";

  private final FileSystem fs;
  private final Path folder;
  private final Path probe;

  LeaseFiles(Staging staging) {
    fs = staging.fileSystem();
    folder = staging.lease();
    probe = new Path(folder, CLOCK + staging.attempt());
  }

  /**
   * A lease as it was listed.
   *
   * @param renewedAt time of the last renewal by the store's clock, milliseconds
   */
  record Entry(long number, long renewedAt) {}

  /** The lease with the highest number; null when there is none. */
  @Nullable Entry newest() throws IOException {
    return entries(statuses()).stream().max(comparing(Entry::number)).orElse(null);
  }

  private static List<Entry> entries(FileStatus[] files) {
    List<Entry> entries = new ArrayList<>();
    for (FileStatus file : files) {
      Matcher name = NAME.matcher(file.getPath().getName());
      if (name.matches()) {
        entries.add(new Entry(Long.parseLong(name.group(1)), file.getModificationTime()));
      }
    }
    return entries;
  }

  private FileStatus[] statuses() throws IOException {
    try {
      return fs.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /**
   * Creates a lease if there is none of this number.
   *
   * @return whether it was created
   */
  boolean create(long number, byte[] content) throws IOException {
    Path file = file(number);
    if (!createNew(file, content)) {
      return false;
    }
    if (fs.getUri().getScheme().equals("s3a") && createNew(file, content)) {
      LOG.warn(
          "{} ignores If-None-Match: two attempts at one run that start at the same time do not"
              + " exclude each other there; start only one at a time",
          fs.getUri());
    }
    return true;
  }

  private boolean createNew(Path file, byte[] content) throws IOException {
    if (fs.getUri().getScheme().equals("file")) {
      // Hadoop's local file system looks for the file first and creates it then.
      fs.mkdirs(folder);
      try {
        Files.write(
            java.nio.file.Path.of(file.toUri().getPath()), content, StandardOpenOption.CREATE_NEW);
        return true;
      } catch (java.nio.file.FileAlreadyExistsException e) {
        return false;
      }
    }
    try (FSDataOutputStream out = openNew(file)) {
      out.write(content);
    } catch (FileAlreadyExistsException | RemoteFileChangedException e) {
      return false;
    }
    return true;
  }

  private FSDataOutputStream openNew(Path file) throws IOException {
    if (!fs.hasPathCapability(file, IF_NONE)) {
      return fs.create(file, false);
    }
    FSDataOutputStreamBuilder<?, ?> builder = fs.createFile(file);
    builder.must(IF_NONE, true);
    return (FSDataOutputStream) builder.build();
  }

  /** Gives a lease of this attempt the time of the store's clock. */
  void renew(long number, byte[] content) throws IOException {
    if (WholeFile.appearsWhole(fs)) {
      write(file(number), content);
    } else {
      // A file that is written again is empty for a moment.
      fs.setTimes(file(number), now(), -1);
    }
  }

  private void write(Path file, byte[] content) throws IOException {
    try (FSDataOutputStream out = fs.create(file, true)) {
      out.write(content);
    }
  }

  /** The store's clock: the modification time of a file that is written now, milliseconds. */
  long now() throws IOException {
    write(probe, new byte[0]);
    long now = fs.getFileStatus(probe).getModificationTime();
    fs.delete(probe, false);
    return now;
  }

  boolean isOf(Entry entry, byte[] content) throws IOException {
    return Arrays.equals(WholeFile.read(fs, file(entry.number())), content);
  }

  /** The timeout of the holder, at most {@link RunPolicy#MAX_TIMEOUT}; 0 if it is not readable. */
  long timeoutMs(Entry entry) throws IOException {
    try {
      return Math.min(Long.parseLong(line(entry, 1)), RunPolicy.MAX_TIMEOUT.toMillis());
    } catch (NumberFormatException | FileNotFoundException e) {
      return 0;
    }
  }

  /** Holder and start of a lease, for messages. */
  String holder(Entry entry) {
    try {
      return line(entry, 2) + ", since " + line(entry, 3);
    } catch (IOException e) {
      return "its attempt is just ending";
    }
  }

  /** A line of the file; empty while the holder writes the file. */
  private String line(Entry entry, int index) throws IOException {
    String[] lines =
        new String(WholeFile.read(fs, file(entry.number())), StandardCharsets.UTF_8).split("\n");
    return index < lines.length ? lines[index] : "";
  }

  /** Deletes clock files of killed attempts, and leases, the highest number last. */
  void deleteUpTo(long number) throws IOException {
    FileStatus[] files = statuses();
    long renewed = entries(files).stream().mapToLong(Entry::renewedAt).max().orElse(Long.MIN_VALUE);
    for (FileStatus file : files) {
      if (file.getPath().getName().startsWith(CLOCK)
          && file.getModificationTime() < renewed - OLD_CLOCK) {
        fs.delete(file.getPath(), false);
      }
    }
    for (Entry entry : entries(files).stream().sorted(comparing(Entry::number)).toList()) {
      if (entry.number() <= number) {
        fs.delete(file(entry.number()), false);
      }
    }
  }

  private Path file(long number) {
    return new Path(folder, "lease-" + number);
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
