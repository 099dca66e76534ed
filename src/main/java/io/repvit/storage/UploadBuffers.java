package io.repvit.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.util.ShutdownHookManager;
import org.jspecify.annotations.Nullable;

/**
 * The local folder in which Hadoop's file systems hold the blocks of tables until they are uploaded
 * ({@code fs.s3a.buffer.dir} and its like).
 *
 * <p>By default it is {@code /tmp/hadoop-USER/s3a}, whose files everybody on the machine may read.
 * These options are written as {@code ${hadoop.tmp.dir}/s3a}, and Hadoop substitutes a system
 * property of that name before an option: so each JVM gets a folder of its own, with no change of
 * the job's configuration, and a user's own {@code fs.s3a.buffer.dir} stays as it is.
 */
public final class UploadBuffers {
  private static final String PARENT = "hadoop.tmp.dir";
  private static final String DEFAULT_SOURCE = "core-default.xml";

  /** After file systems are closed, which a priority of 10 does and which may still upload. */
  private static final int AFTER_FILE_SYSTEMS = 1;

  private static @Nullable Path folder;

  private UploadBuffers() {}

  /**
   * Gives this JVM a folder that only its user can enter; it is deleted when the JVM ends.
   *
   * @param hadoop says where, if its {@code hadoop.tmp.dir} is not Hadoop's default; otherwise the
   *     folder is in {@code java.io.tmpdir}
   * @throws IOException when no folder can be made there
   */
  public static synchronized void makePrivate(Configuration hadoop) throws IOException {
    if (folder != null && Files.isDirectory(folder)) {
      return;
    }
    Path parent = Files.createDirectories(parent(hadoop).toAbsolutePath().normalize());
    Path made = Files.createTempDirectory(parent, "repvit-uploads-");
    System.setProperty(PARENT, made.toString());
    ShutdownHookManager.get()
        .addShutdownHook(() -> FileUtil.fullyDelete(made.toFile()), AFTER_FILE_SYSTEMS);
    folder = made;
  }

  private static Path parent(Configuration hadoop) {
    String[] sources = hadoop.getPropertySources(PARENT);
    boolean chosen = sources != null && !sources[sources.length - 1].equals(DEFAULT_SOURCE);
    return Path.of(chosen ? hadoop.get(PARENT) : System.getProperty("java.io.tmpdir"));
  }
}
