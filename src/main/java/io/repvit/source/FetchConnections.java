package io.repvit.source;

import static org.apache.hadoop.fs.s3a.Constants.DEFAULT_MAXIMUM_CONNECTIONS;
import static org.apache.hadoop.fs.s3a.Constants.FS_S3A_BUCKET_PREFIX;
import static org.apache.hadoop.fs.s3a.Constants.MAXIMUM_CONNECTIONS;

import io.repvit.UserException;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Whether the requests that the tasks of one executor may have in flight fit the connections of its
 * S3A client. Where they do not, reads wait for connections, and after a minute they fail.
 */
public final class FetchConnections {
  private FetchConnections() {}

  /**
   * Checks an input whose objects are read one by one.
   *
   * @throws UserException when S3A has too few connections
   */
  public static void require(SparkSession spark, Input input, FetchWindow window)
      throws UserException {
    boolean lists = input instanceof Input.Paths || input instanceof Input.Inventory;
    boolean s3a = input.uris().stream().anyMatch(uri -> uri.startsWith("s3a:"));
    if (lists || (s3a && input instanceof Input.Files)) {
      require(
          least(spark.sparkContext().hadoopConfiguration()), slots(spark.sparkContext()), window);
    }
  }

  static void require(int connections, int slots, FetchWindow window) throws UserException {
    int perTask = window.objects() + SizeAhead.IN_FLIGHT;
    if (slots * perTask > connections) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "fetch-objects is %d, so that %d task slots of an executor may have %d requests in flight"
                  + " (%d each ask for lengths), and S3A has %d connections; set"
                  + " spark.hadoop.%s to %d, or fetch-objects to %d at most",
              window.objects(),
              slots,
              slots * perTask,
              SizeAhead.IN_FLIGHT,
              connections,
              MAXIMUM_CONNECTIONS,
              slots * perTask,
              Math.max(1, connections / slots - SizeAhead.IN_FLIGHT)));
    }
  }

  /** The connections of the bucket that has fewest. */
  static int least(Configuration hadoop) {
    int least = hadoop.getInt(MAXIMUM_CONNECTIONS, DEFAULT_MAXIMUM_CONNECTIONS);
    String option = MAXIMUM_CONNECTIONS.substring("fs.s3a".length());
    for (Map.Entry<String, String> bucket :
        hadoop.getPropsWithPrefix(FS_S3A_BUCKET_PREFIX).entrySet()) {
      if (bucket.getKey().endsWith(option)) {
        least = Math.min(least, hadoop.getInt(FS_S3A_BUCKET_PREFIX + bucket.getKey(), least));
      }
    }
    return least;
  }

  /** Tasks that run at a time in one executor. */
  private static int slots(SparkContext spark) {
    SparkConf conf = spark.conf();
    int cores = conf.getInt("spark.executor.cores", 0);
    if (cores == 0 || spark.isLocal()) {
      // An executor has all cores of its worker; the driver counts as an executor too.
      int executors = Math.max(1, spark.getExecutorMemoryStatus().size() - 1);
      cores = (int) Math.ceil((double) spark.defaultParallelism() / executors);
    }
    return Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
  }
}
