package io.repvit.job;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.impl.OpenFileParameters;

/**
 * Local files whose reader breaks down by an exception that no reading should throw: a defect of a
 * driver, not of an object.
 */
public final class BreakableFileSystem extends LocalFileSystem {
  /** Spark properties that put it in the place of local files. */
  static final Map<String, String> PROPERTIES =
      Map.of(
          "spark.hadoop.fs.file.impl",
          BreakableFileSystem.class.getName(),
          "spark.hadoop.fs.file.impl.disable.cache",
          "true");

  /** Images that are still opened before the next one breaks down. */
  static final AtomicInteger OPENS_LEFT = new AtomicInteger(Integer.MAX_VALUE);

  public BreakableFileSystem() {
    super(new Raw());
  }

  private static final class Raw extends RawLocalFileSystem {
    @Override
    public CompletableFuture<FSDataInputStream> openFileWithOptions(
        Path path, OpenFileParameters parameters) throws IOException {
      if (path.getName().endsWith(".png") && OPENS_LEFT.getAndDecrement() <= 0) {
        throw new IllegalStateException("the store's driver broke down");
      }
      return super.openFileWithOptions(path, parameters);
    }
  }
}
