package io.repvit.source;

import io.repvit.UserException;
import io.repvit.spark4.SparkTasks;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The character set in which this JVM reads and writes the names of files. It is that of the
 * process's locale and cannot be set on Java's command line. With any other than UTF-8 a name such
 * as {@code café.png} is listed as one that does not exist.
 */
public final class FileNames {
  private static final String PROPERTY = "sun.jnu.encoding";

  private FileNames() {}

  /**
   * Requires UTF-8 of the driver, whose arguments are read in the same character set.
   *
   * @throws UserException that names the variable to set
   */
  public static void requireUtf8() throws UserException {
    require("this JVM", "start it with LC_ALL=C.UTF-8 in its environment");
  }

  /** As {@link #requireUtf8()}, in a task on an executor. */
  public static void requireUtf8OnExecutor() throws UserException {
    if (!isUtf8()) {
      require(
          "the executor on " + SparkTasks.executorHost(),
          "set spark.executorEnv.LC_ALL to C.UTF-8, as conf/spark.conf does");
    }
  }

  private static boolean isUtf8() {
    return Charset.forName(System.getProperty(PROPERTY)).equals(StandardCharsets.UTF_8);
  }

  private static void require(String where, String remedy) throws UserException {
    if (!isUtf8()) {
      throw new UserException(
          where
              + " reads the names of files as "
              + System.getProperty(PROPERTY)
              + ", expected UTF-8; "
              + remedy
              + ", or to another locale of that machine that has UTF-8 (locale -a)");
    }
  }
}
