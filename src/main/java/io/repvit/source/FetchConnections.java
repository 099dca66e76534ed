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
 * Checks that the S3A client of an executor has enough connections for the requests of its tasks.
 * With too few, reads wait for a connection and fail after a minute.
 */
public final class FetchConnections {
  private FetchConnections() {}

  /**
   * Checks an input whose source objects are images, read one by one.
   *
   * @throws UserException when S3A has too few connections
   */
  public static void require(SparkSession spark, Input input, FetchWindow window)
      throws UserException {
    boolean areImages = input instanceof Input.Objects objects && !objects.areShards();
    // The objects that a list or inventory names may be on S3 wherever the list is.
    boolean mayBeOnS3 =
        !(input instanceof Input.Files)
            || input.uris().stream().anyMatch(uri -> uri.startsWith("s3a:"));
    if (areImages && mayBeOnS3) {
      require(
          least(spark.sparkContext().hadoopConfiguration()), slots(spark.sparkContext()), window);
    }
  }

  /**
   * The part of a window with which the tasks of an executor have enough connections. For paths of
   * a column, which may be on S3 or not.
   */
  public static FetchWindow fitting(SparkSession spark, FetchWindow window) {
    int perSlot = least(spark.sparkContext().hadoopConfiguration()) / slots(spark.sparkContext());
    return new FetchWindow(Math.max(1, Math.min(window.objects(), perSlot)), window.bytes());
  }

  static void require(int connections, int slots, FetchWindow window) throws UserException {
    int perTask = window.objects() + SizeAhead.IN_FLIGHT;
    if (slots * perTask > connections) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "fetch-objects is %d, so the %d task slots of an executor may have %d requests in flight"
                  + " (%d per slot for lengths), but S3A has %d connections; set"
                  + " spark.hadoop.%s to %d, or fetch-objects to at most %d",
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

  /** The smallest number of connections that is configured, globally or for a bucket. */
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

  /** Task slots of one executor. */
  private static int slots(SparkContext spark) {
    SparkConf conf = spark.conf();
    int cores = conf.getInt("spark.executor.cores", 0);
    if (cores == 0 || spark.isLocal()) {
      // An executor has all cores of its worker. The status lists the driver as an executor too.
      int executors = Math.max(1, spark.getExecutorMemoryStatus().size() - 1);
      cores = (int) Math.ceil((double) spark.defaultParallelism() / executors);
    }
    return Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
  }
}
