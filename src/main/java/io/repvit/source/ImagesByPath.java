package io.repvit.source;

import io.repvit.source.Quarantined.Stage;
import io.repvit.storage.HadoopDefaults;
import io.repvit.storage.ObjectPath;
import io.repvit.storage.StoreException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads images by their paths, as the tables of runs have them: objects, members of tar and zip
 * shards, and rows of Parquet files. An image that cannot be read is a result, too.
 *
 * <p>An object costs one GET. A tar shard is read up to its last wanted member. Of a zip shard the
 * central directory and the wanted members are read, of a Parquet file the image column of the row
 * groups with wanted rows.
 */
public final class ImagesByPath {
  private static final TarShard TAR = new TarShard(List.of());
  private static final ZipShard ZIP = new ZipShard();
  private static final String PARQUET = ".parquet";
  private static final List<String> OTHER_TABLES = List.of(".orc", ".avro");

  private final Configuration configuration;
  private final Options options;
  private final Sink sink;
  private final Path root;
  private final long end;

  private ImagesByPath(Configuration configuration, Options options, Sink sink) {
    this.configuration = configuration;
    this.options = options;
    this.sink = sink;
    root = new Path(FileSystem.getDefaultUri(configuration).toString() + "/");
    end = System.nanoTime() + options.limitSeconds() * 1_000_000_000L;
  }

  /**
   * Options of reading.
   *
   * @param maxBytes largest encoded image, bytes
   * @param window limits of reading objects ahead
   * @param limitSeconds time after which no other image is read
   * @param imageColumn name of the image column of tables; null takes the column {@code image}, or
   *     else the only binary column
   * @param keyColumn name of the column in the paths of rows; null for the numbers of rows
   */
  public record Options(
      long maxBytes,
      FetchWindow window,
      int limitSeconds,
      @Nullable String imageColumn,
      @Nullable String keyColumn)
      implements Serializable {}

  /** Receives the images. */
  public interface Sink {
    /**
     * @param path the path, as it was asked for
     */
    void accept(String path, Fetched image);
  }

  /** The source object of an image: its path up to the {@code #} after the name of a shard. */
  public static String container(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    for (int at = lower.indexOf('#'); at >= 0; at = lower.indexOf('#', at + 1)) {
      String before = lower.substring(0, at);
      if (hasEnding(before, TAR.endings())
          || hasEnding(before, ZIP.endings())
          || before.endsWith(PARQUET)
          || hasEnding(before, OTHER_TABLES)) {
        return path.substring(0, at);
      }
    }
    return path;
  }

  private static boolean hasEnding(String name, List<String> endings) {
    return endings.stream().anyMatch(name.toLowerCase(Locale.ROOT)::endsWith);
  }

  /**
   * Reads images: first objects, ahead of the sink, then shards and tables one after another.
   *
   * @param sink gets each distinct path once, as bytes or as the reason for none
   * @throws IOException when the thread is interrupted
   */
  public static void read(
      Collection<String> paths, Configuration configuration, Options options, Sink sink)
      throws IOException {
    HadoopDefaults.load();
    var images = new ImagesByPath(configuration, options, sink);
    var objects = new ArrayList<String>();
    var containers = new TreeMap<String, List<String>>();
    for (String path : paths.stream().distinct().toList()) {
      String container = container(path);
      if (container.equals(path)) {
        objects.add(path);
      } else {
        containers.computeIfAbsent(container, c -> new ArrayList<>()).add(path);
      }
    }
    images.objects(objects);
    for (Map.Entry<String, List<String>> container : containers.entrySet()) {
      images.members(container.getKey(), container.getValue());
    }
  }

  private void objects(List<String> paths) {
    var listed = paths.stream().map(path -> SourceObject.named(path, root)).toList();
    var reader = ObjectReader.ofPaths(configuration, options.maxBytes());
    try (var ahead = new FetchAhead(listed.iterator(), reader, options.window(), 1)) {
      for (String path : paths) {
        if (isLate()) {
          late(path);
          continue;
        }
        Fetched image;
        try {
          image = ahead.next();
        } catch (IllegalStateException e) {
          image = failed(path, "STORE", store(e));
        }
        sink.accept(path, image);
      }
    }
  }

  /** The message of the failed store that a read met. */
  private static String store(RuntimeException failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof StoreException) {
        return String.valueOf(t.getMessage());
      }
    }
    throw failure;
  }

  private void members(String container, List<String> paths) throws IOException {
    SourceObject object = SourceObject.named(container, root);
    var wanted = new Wanted(container, object, paths);
    Fetched failure = isLate() ? null : failure(object, wanted);
    for (String path : wanted.left()) {
      if (failure instanceof Fetched.Failed f) {
        sink.accept(path, failed(path, f.row().code(), f.row().message()));
      } else if (isLate()) {
        late(path);
      } else {
        sink.accept(path, failed(path, "NOT_FOUND", container + " has no such image"));
      }
    }
  }

  /** Reads a shard or table; returns why it could not be read to its end, or null. */
  private @Nullable Fetched failure(SourceObject container, Wanted wanted) throws IOException {
    SourceObject.Fault fault = container.fault();
    if (fault != null) {
      return failed(container.path(), fault.code(), fault.message());
    }
    try {
      try {
        read(container, wanted);
        return null;
      } catch (IOException e) {
        return ObjectReader.failed(container, e);
      }
    } catch (StoreException e) {
      return failed(container.path(), "STORE", String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return failed(container.path(), "BAD_PATH", String.valueOf(e.getMessage()));
    }
  }

  private void read(SourceObject container, Wanted wanted) throws IOException {
    String path = container.path();
    if (hasEnding(path, OTHER_TABLES)) {
      throw new UnsupportedOperationException(
          "rows of ORC and Avro files are not read by their paths; expected Parquet");
    }
    if (hasEnding(path, List.of(PARQUET))) {
      new ParquetRows(options.imageColumn(), options.keyColumn())
          .read(ObjectPath.of(path), wanted.names(), configuration, wanted);
      return;
    }
    var reader = new ObjectReader(configuration, options.maxBytes());
    Shard shard = hasEnding(path, ZIP.endings()) ? ZIP : TAR;
    shard.read(reader.sized(container), reader, options.maxBytes(), wanted);
  }

  private boolean isLate() {
    return System.nanoTime() > end;
  }

  private void late(String path) {
    sink.accept(
        path,
        failed(
            path,
            "TIMEOUT",
            String.format(
                Locale.ROOT,
                "not read within %d s, the limit for reading pictures",
                options.limitSeconds())));
  }

  private static Fetched failed(String path, String code, String message) {
    var image = new SourceObject(path, SourceObject.UNKNOWN, SourceObject.UNKNOWN, null);
    return ObjectReader.failed(image, Stage.FETCH, code, message);
  }

  /** The wanted images of a shard or table that are not read yet. */
  private final class Wanted implements Shard.Sink, ParquetRows.Sink {
    /** Paths as asked for, by the name of the member. */
    private final Map<String, String> left = new LinkedHashMap<>();

    private final int nameStart;

    Wanted(String container, SourceObject object, List<String> paths) {
      nameStart = object.path().length() + 1;
      for (String path : paths) {
        left.put(path.substring(container.length() + 1), path);
      }
    }

    Set<String> names() {
      return Set.copyOf(left.keySet());
    }

    List<String> left() {
      return List.copyOf(left.values());
    }

    @Override
    public boolean wants(String path) {
      return left.containsKey(path.substring(nameStart));
    }

    @Override
    public void accept(Fetched image) {
      SourceObject object =
          image instanceof Fetched.Failed f ? f.row().object() : ((Fetched.Bytes) image).object();
      String path = left.remove(object.path().substring(nameStart));
      if (path != null) {
        sink.accept(path, image);
      }
    }

    @Override
    public void accept(String key, byte @Nullable [] bytes) {
      String path = left.remove(key);
      if (path != null) {
        int length = bytes == null ? 0 : bytes.length;
        sink.accept(
            path,
            TableImages.fetched(
                new SourceObject(path, length, SourceObject.UNKNOWN, null),
                bytes,
                options.maxBytes()));
      }
    }

    @Override
    public void leaveOut() {}

    @Override
    public boolean isEnded() {
      return left.isEmpty() || isLate();
    }
  }
}
