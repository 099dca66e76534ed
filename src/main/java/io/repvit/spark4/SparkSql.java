package io.repvit.spark4;

import java.lang.reflect.InvocationTargetException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;

/** What a session and a query know and the public API does not tell; driver only. */
public final class SparkSql {
  private SparkSql() {}

  /** A new Hadoop configuration with the settings of this session. */
  public static Configuration hadoop(SparkSession session) {
    return session.sessionState().newHadoopConf();
  }

  /** What Spark's optimiser takes for the bytes of a query's result. */
  public static long estimatedBytes(Dataset<?> query) {
    return query.queryExecution().optimizedPlan().stats().sizeInBytes().toLong();
  }

  /**
   * Loads a catalog by reflection, because CatalogManager is a class in Spark 4.1 and an interface
   * in Spark 4.2.
   *
   * @throws LinkageError when the catalog's library does not fit this Spark
   * @throws Exception when there is no such catalog
   */
  public static CatalogPlugin catalog(SparkSession session, String name) throws Exception {
    try {
      return (CatalogPlugin)
          CatalogManager.class
              .getMethod("catalog", String.class)
              .invoke(session.sessionState().catalogManager(), name);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof LinkageError unfit) {
        throw unfit;
      }
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
