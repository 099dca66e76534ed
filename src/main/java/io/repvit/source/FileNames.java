package io.repvit.source;

import io.repvit.UserException;
import io.repvit.spark4.SparkTasks;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Checks the character set of file names in this JVM. The locale of the process determines it, and
 * no option of Java changes it. If it is not UTF-8, a name such as {@code café.png} is listed as a
 * name that does not exist.
 */
public final class FileNames {
  private static final String PROPERTY = "sun.jnu.encoding";

  private FileNames() {}

  /**
   * Requires UTF-8 in the driver. Its command line is read in the same character set.
   *
   * @throws UserException when the character set is another; the message names the variable to set
   */
  public static void requireUtf8() throws UserException {
    require("this JVM", "start it with LC_ALL=C.UTF-8 in its environment");
  }

  /** Requires UTF-8 in an executor; called in a task. See {@link #requireUtf8()}. */
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
              + ", or another UTF-8 locale of that machine (locale -a)");
    }
  }
}
