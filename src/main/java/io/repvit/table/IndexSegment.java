package io.repvit.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.storage.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One segment of the scored index: a folder of Parquet files, and beside it a commit file with this
 * record as JSON, which is written last. Both are immutable.
 *
 * @param format {@link #FORMAT}
 * @param name of the folder and, with {@code .json}, of the commit file
 * @param files lengths of the Parquet files by name
 * @param runs {@link ScoredRuns.Published#name names} of the runs whose rows the files contain
 * @param replaces names of the segments that this one replaces; readers ignore them
 */
record IndexSegment(
    int format, String name, Map<String, Long> files, Set<String> runs, Set<String> replaces) {
  /** Version of the rows and of the fields; segments of other versions are replaced. */
  static final int FORMAT = 2;

  private static final Logger LOG = LoggerFactory.getLogger(IndexSegment.class);
  private static final String COMMIT = ".json";
  private static final ObjectMapper JSON = new ObjectMapper();

  IndexSegment {
    files = new TreeMap<>(files);
    runs = new TreeSet<>(runs);
    replaces = new TreeSet<>(replaces);
  }

  /**
   * The segments of an index.
   *
   * @param current segments that readers use
   * @param withdrawn names of committed segments that readers ignore because they are replaced or
   *     damaged
   * @param unread segments that readers ignore because they are replaced, damaged or not committed:
   *     since when, by name, in milliseconds of the store's clock
   */
  public record Found(
      List<IndexSegment> current, Set<String> withdrawn, Map<String, Long> unread) {}

  /** Sum of the lengths of the files. */
  long bytes() {
    return files.values().stream().mapToLong(length -> length).sum();
  }

  /** Finds the segments below {@code index} with one listing and one read per segment. */
  static Found below(FileSystem fs, Path index) throws IOException {
    Map<String, Map<String, Long>> files = new TreeMap<>();
    Map<String, Long> written = new TreeMap<>();
    Set<String> commits = new TreeSet<>();
    ScoredRuns.list(
        fs,
        index,
        file -> {
          String name = file.getPath().getName();
          Path folder = file.getPath().getParent();
          String segment = folder.getName();
          if (folder.getParent() != null && folder.getParent().getName().equals(index.getName())) {
            files.computeIfAbsent(segment, s -> new TreeMap<>()).put(name, file.getLen());
          } else if (name.endsWith(COMMIT) && !name.startsWith("_")) {
            segment = name.substring(0, name.length() - COMMIT.length());
            commits.add(segment);
          } else {
            return;
          }
          written.merge(segment, file.getModificationTime(), Math::max);
        });
    Map<String, String> damaged = new TreeMap<>();
    Map<String, IndexSegment> whole = new TreeMap<>();
    for (String name : commits) {
      try {
        IndexSegment segment = read(fs, new Path(index, name + COMMIT));
        String fault = segment.fault(name, files.getOrDefault(name, Map.of()));
        if (fault == null) {
          whole.put(name, segment);
        } else {
          damaged.put(name, fault);
        }
      } catch (FileNotFoundException e) {
        // Another run has deleted it since the listing, because another segment replaces it.
      } catch (JsonProcessingException e) {
        damaged.put(name, "its commit file is not valid JSON: " + e.getOriginalMessage());
      }
    }
    Map<String, Long> replaced = new TreeMap<>();
    for (IndexSegment segment : whole.values()) {
      long since = written.getOrDefault(segment.name(), 0L);
      segment.replaces().forEach(name -> replaced.merge(name, since, Math::min));
    }
    damaged.forEach(
        (name, fault) -> {
          if (!replaced.containsKey(name)) {
            LOG.warn(
                "segment {}/{} of the scored index is ignored: {}; its runs are indexed again from their tables",
                index,
                name,
                fault);
          }
        });
    whole.keySet().removeAll(replaced.keySet());
    Set<String> withdrawn = new TreeSet<>(commits);
    withdrawn.removeAll(whole.keySet());
    Map<String, Long> unread = new TreeMap<>(written);
    unread.keySet().removeAll(whole.keySet());
    unread.replaceAll((name, last) -> replaced.getOrDefault(name, last));
    return new Found(List.copyOf(whole.values()), withdrawn, unread);
  }

  private static IndexSegment read(FileSystem fs, Path commit) throws IOException {
    return JSON.readValue(WholeFile.read(fs, commit), IndexSegment.class);
  }

  /** What is damaged in this segment; null if nothing is. */
  private @Nullable String fault(String expected, Map<String, Long> found) {
    if (format != FORMAT || !expected.equals(name)) {
      return String.format(
          Locale.ROOT,
          "its commit file has format %d and name %s, expected %d and %s",
          format,
          name,
          FORMAT,
          expected);
    }
    for (Map.Entry<String, Long> file : files.entrySet()) {
      Long length = found.get(file.getKey());
      if (!file.getValue().equals(length)) {
        return String.format(
            Locale.ROOT,
            "its file %s has length %s, expected %d bytes",
            file.getKey(),
            length == null ? "none (it is missing)" : length.toString(),
            file.getValue());
      }
    }
    return null;
  }

  /**
   * Makes this segment visible to readers by writing its commit file; the Parquet files must be
   * complete.
   *
   * @return time of the commit, milliseconds of the store's clock
   */
  long commit(FileSystem fs, Path index) throws IOException {
    var place = new Path(index, name + COMMIT);
    WholeFile.write(fs, place, JSON.writeValueAsBytes(this));
    return fs.getFileStatus(place).getModificationTime();
  }

  /** Deletes a segment that readers ignore. */
  static void delete(FileSystem fs, Path index, String name) throws IOException {
    fs.delete(new Path(index, name + COMMIT), false);
    fs.delete(new Path(index, name), true);
  }
}
