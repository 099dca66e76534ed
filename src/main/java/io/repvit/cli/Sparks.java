package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.source.FileNames;
import io.repvit.storage.HadoopDefaults;
import io.repvit.storage.UploadBuffers;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Opens the Spark session of a command, and reads the Hadoop settings without one. */
public final class Sparks {
  private Sparks() {}

  /** Opens the session as spark-submit configures it, or a local one on all cores. */
  public static SparkSession open(String command) throws UserException, IOException {
    HadoopDefaults.load();
    UploadBuffers.makePrivate(hadoop());
    SparkConf conf = new SparkConf();
    try {
      if (conf.getInt("spark.task.cpus", 1) < 1) {
        throw new IllegalArgumentException(
            "spark.task.cpus is " + conf.get("spark.task.cpus") + ", expected at least 1");
      }
      return SparkSession.builder()
          .appName("repvit " + command)
          .master(conf.get("spark.master", "local[*]"))
          .config("spark.ui.showConsoleProgress", false)
          .getOrCreate();
    } catch (Exception e) {
      // Spark throws these for a wrong setting; its Scala signatures do not declare the checked
      // one.
      if (e instanceof SparkException || e instanceof IllegalArgumentException) {
        throw new UserException("Spark cannot start: " + UserException.reason(e), e);
      }
      throw e;
    }
  }

  /** Prepares the session of a program that calls a command, as a command prepares its own. */
  static void prepare(SparkSession spark) throws UserException, IOException {
    FileNames.requireUtf8();
    HadoopDefaults.load();
    UploadBuffers.makePrivate(spark.sparkContext().hadoopConfiguration());
  }

  /** The Hadoop configuration of commands that need no session. */
  static Configuration hadoop() {
    var hadoop = new Configuration();
    for (Tuple2<String, String> property : new SparkConf().getAllWithPrefix("spark.hadoop.")) {
      hadoop.set(property._1(), property._2());
    }
    return hadoop;
  }
}
