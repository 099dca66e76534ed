package io.repvit.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.util.ShutdownHookManager;
import org.jspecify.annotations.Nullable;

/**
 * The local folder in which Hadoop's file systems buffer blocks of tables until they are uploaded
 * ({@code fs.s3a.buffer.dir} and similar options).
 *
 * <p>The default is {@code /tmp/hadoop-USER/s3a}, whose files every user of the machine may read.
 * The default of these options is {@code ${hadoop.tmp.dir}/s3a}, and Hadoop substitutes the system
 * property {@code hadoop.tmp.dir} before the option. Setting that property gives each JVM its own
 * folder. The job's configuration does not change, and a user's {@code fs.s3a.buffer.dir} holds.
 */
public final class UploadBuffers {
  private static final String PARENT = "hadoop.tmp.dir";
  private static final String DEFAULT_SOURCE = "core-default.xml";

  /**
   * Priority of the shutdown hook that deletes the folder. It runs after Hadoop's hook of priority
   * 10 has closed the file systems, which may still upload.
   */
  private static final int AFTER_FILE_SYSTEMS = 1;

  private static @Nullable Path folder;

  private UploadBuffers() {}

  /**
   * Makes a folder for this JVM that only its user can enter. It is deleted when the JVM ends.
   *
   * @param hadoop the folder is made in its {@code hadoop.tmp.dir} if that is not Hadoop's default,
   *     else in {@code java.io.tmpdir}
   * @throws IOException when the folder cannot be made
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
