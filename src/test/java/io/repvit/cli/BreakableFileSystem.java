package io.repvit.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.impl.OpenFileParameters;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** Local files that break down when a {@link Rule} says so. */
public final class BreakableFileSystem extends LocalFileSystem {
  /** Spark properties that put it in the place of local files. */
  static final Map<String, String> PROPERTIES =
      Map.of(
          "spark.hadoop.fs.file.impl",
          BreakableFileSystem.class.getName(),
          "spark.hadoop.fs.file.impl.disable.cache",
          "true");

  /** What is about to be done; of {@link #RENAME} the new name counts. */
  enum Operation {
    OPEN,
    CREATE,
    RENAME,
    DELETE,
    MKDIRS
  }

  /** Throws when an operation fails; called by several threads at once. */
  interface Rule {
    void before(Operation operation, Path path) throws IOException;
  }

  /** Name of a file that cannot be opened where there is no other rule: in executors. */
  static final String BREAKING = "breaking.png";

  private static final Rule STANDARD =
      (operation, path) -> {
        if (operation == Operation.OPEN && path.getName().equals(BREAKING)) {
          // No reading should throw it: a defect of a driver, not of an object.
          throw new IllegalStateException("the store's driver broke down");
        }
      };

  private static volatile Rule rule = STANDARD;

  public BreakableFileSystem() {
    super(new Raw());
  }

  /** An action under a rule, on a Spark with {@link #PROPERTIES}. */
  static <T, E extends Exception> T with(Rule rule, Cli.Action<T, E> action) throws E {
    BreakableFileSystem.rule = rule;
    try {
      return action.run();
    } finally {
      BreakableFileSystem.rule = STANDARD;
    }
  }

  /**
   * Nothing is done any more from the moment when {@code operation} is wanted for a path that ends
   * like {@code pattern}: files stand as they do when the process is killed then.
   */
  static Rule cutOffBefore(Operation operation, String pattern) {
    var last = Pattern.compile(".*/" + pattern);
    var cutOff = new AtomicBoolean();
    return (wanted, path) -> {
      if (wanted == operation && last.matcher(path.toUri().getPath()).matches()) {
        cutOff.set(true);
      }
      if (cutOff.get()) {
        throw new IOException("cut off: " + wanted + " " + path);
      }
    };
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    rule.before(Operation.CREATE, path);
    return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    rule.before(Operation.RENAME, to);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    rule.before(Operation.DELETE, path);
    return super.delete(path, recursive);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    rule.before(Operation.MKDIRS, path);
    return super.mkdirs(path);
  }

  private static final class Raw extends RawLocalFileSystem {
    @Override
    public CompletableFuture<FSDataInputStream> openFileWithOptions(
        Path path, OpenFileParameters parameters) throws IOException {
      rule.before(Operation.OPEN, path);
      return super.openFileWithOptions(path, parameters);
    }
  }
}
