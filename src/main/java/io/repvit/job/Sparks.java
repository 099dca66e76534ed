package io.repvit.job;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a command. */
final class Sparks {
  private Sparks() {}

  /** Opens the session that spark-submit configured, or a local one on all cores. */
  static SparkSession open(String command) {
    SparkConf conf = new SparkConf();
    return SparkSession.builder()
        .appName("repvit " + command)
        .master(conf.get("spark.master", "local[*]"))
        .config("spark.ui.showConsoleProgress", false)
        .getOrCreate();
  }
}
