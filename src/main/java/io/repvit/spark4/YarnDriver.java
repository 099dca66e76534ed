package io.repvit.spark4;

import org.apache.spark.SparkException;
import org.apache.spark.SparkUserAppException;

/**
 * A driver that YARN's application master runs, which is cluster mode. The application master takes
 * {@code System.exit}, of any code, for a failure, and starts the driver again.
 */
public final class YarnDriver {
  private YarnDriver() {}

  /** Whether this JVM is an application master with a driver. */
  public static boolean isHere() {
    return "yarn".equals(System.getProperty("spark.master"))
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /**
   * The last call of {@code main}: returns for code 0, after which the application has succeeded.
   *
   * @throws SparkException for another code; the application master exits with this code, and YARN
   *     shows it in the diagnostics of the application
   */
  public static void end(int code) throws SparkException {
    if (code != 0) {
      throw new SparkUserAppException(code, null);
    }
  }
}
