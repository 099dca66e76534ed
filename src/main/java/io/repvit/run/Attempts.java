package io.repvit.run;

import io.repvit.UserException;
import io.repvit.plan.Plan;
import io.repvit.plan.Resumption;
import io.repvit.spark4.SparkSql;
import io.repvit.storage.StoreException;
import io.repvit.table.CommittedFolder;
import io.repvit.table.RunKey;
import io.repvit.table.Staging;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins attempts: selects the run, takes its lease, and checks the output. */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  private Attempts() {}

  /**
   * Takes the lease of a run and reads what earlier attempts have done.
   *
   * @throws UserException if the run is already published or was begun with another spec, or if the
   *     output is malformed, of an unknown scheme or not reachable
   * @throws LeaseException if another attempt holds the lease
   * @throws IOException if the file system of the output fails
   */
  static Attempt begin(SparkSession spark, RunKey key, RunSpec spec, RunPolicy policy)
      throws UserException, IOException {
    Staging staging = staging(spark, key);
    requireOutput(staging, key, spark);
    var lease = Lease.take(staging, holder(spark), policy.leaseTimeout());
    var attempt = new Attempt(spark, key, spec, policy, staging, lease);
    boolean begun = false;
    try {
      // Another attempt may have published the run while this one waited for the lease.
      requireUnpublished(staging, key);
      attempt.findWhatIsDone();
      deleteForgotten(staging, key, lease, spark);
      begun = true;
      return attempt;
    } finally {
      if (!begun) {
        attempt.leave();
      }
    }
  }

  /** Application and host, for the messages of other attempts. */
  static String holder(SparkSession spark) {
    var context = spark.sparkContext();
    return context.applicationId() + " on " + context.conf().get("spark.driver.host");
  }

  /**
   * Resumes an unfinished run with an equal spec that {@code scope} admits and whose lease is free;
   * if there is none, begins the run {@code key}.
   *
   * @throws UserException as {@link #begin}
   * @throws IOException as {@link #begin}
   */
  static Attempt resumeOrBegin(
      SparkSession spark, RunKey key, ResumeScope scope, RunSpec spec, RunPolicy policy)
      throws UserException, IOException {
    if (scope != ResumeScope.THIS_RUN && policy.unfinished() == Unfinished.RESUME) {
      for (RunKey other : Staging.runs(staging(spark, key).fileSystem(), key.output())) {
        try {
          if (scope.admits(other.date(), key.date()) && isUnfinished(spark, other, spec)) {
            return begin(spark, other, spec, policy);
          }
        } catch (UserException | LeaseException e) {
          LOG.info("{} is not resumed: {}", other, e.getMessage());
        }
      }
    }
    return begin(spark, key, spec, policy);
  }

  private static boolean isUnfinished(SparkSession spark, RunKey key, RunSpec spec)
      throws UserException, IOException {
    StoredPlan stored = new RunRecords(staging(spark, key)).plan();
    if (stored == null || !spec.differences(stored.spec()).isEmpty()) {
      return false;
    }
    requireUnchanged(stored, spark, key, spec);
    return true;
  }

  /**
   * A run whose plan is computed again from the input can be resumed only if the input is
   * unchanged.
   */
  private static void requireUnchanged(
      StoredPlan stored, SparkSession spark, RunKey key, RunSpec spec)
      throws UserException, IOException {
    if (stored.resumption() instanceof Resumption.SameInput) {
      Plan plan = RunPlan.now(spec, key, staging(spark, key).planFiles(), spark, false).plan();
      var partitions = plan.partitions(spark, stored.partitioning().partitions());
      if (!stored.resumption().equals(partitions.resumption())) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "the input has changed since the run was begun; to begin it again, start with --run-id %s --date %s --unfinished discard",
                key.id(),
                key.date()));
      }
    }
  }

  /**
   * The staging folder of a run.
   *
   * @throws UserException if the output is malformed or of an unknown scheme
   */
  static Staging staging(SparkSession spark, RunKey key) throws UserException, IOException {
    try {
      return new Staging(new Path(key.output()).getFileSystem(SparkSql.hadoop(spark)), key);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "output " + key.output() + " is not a valid URI: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UserException(
          "output " + key.output() + " cannot be reached: " + StoreException.describe(e), e);
    }
  }

  /**
   * Checks that the run is not published and that the output can be written; reports store failures
   * as user errors, because these are the first requests to the store.
   */
  static void requireOutput(Staging staging, RunKey key, SparkSession spark) throws UserException {
    try {
      requireUnpublished(staging, key);
      requireFolder(staging.fileSystem(), new Path(key.output()));
      if (new CommittedFolder(staging.folder(), SparkSql.hadoop(spark)).copies()) {
        throw new UserException(
            "output "
                + key.output()
                + " is on S3 but would be committed by renaming, which copies and is not atomic;"
                + " start with --properties-file conf/spark.conf, which sets"
                + " fs.s3a.committer.name to magic");
      }
    } catch (IOException e) {
      throw new UserException(
          "output " + key.output() + " cannot be reached: " + StoreException.describe(e), e);
    }
  }

  private static void requireFolder(FileSystem fs, Path output) throws UserException, IOException {
    try {
      if (fs.getFileStatus(output).isFile()) {
        throw new UserException(
            "output " + output + " is a file, expected a folder; choose another output");
      }
    } catch (FileNotFoundException e) {
      // The folder is created with the first file.
    }
  }

  private static void requireUnpublished(Staging staging, RunKey key)
      throws UserException, IOException {
    if (staging.fileSystem().exists(key.manifest())) {
      // A driver that was killed after writing the manifest has not deleted the staging folder.
      staging.delete();
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s is already published, see %s; choose another --run-id",
              key,
              key.manifest()));
    }
  }

  /** Deletes the staging folders of other runs without a plan whose lease expired long ago. */
  private static void deleteForgotten(
      Staging staging, RunKey key, Lease lease, SparkSession spark) {
    FileSystem fs = staging.fileSystem();
    try {
      for (RunKey other : Staging.runs(fs, key.output())) {
        var theirs = new Staging(fs, other);
        if (!other.equals(key) && !fs.exists(theirs.plan()) && lease.isForgotten(theirs)) {
          LOG.info("{} has no plan and no active attempt; deleting its staging folder", other);
          delete(theirs, spark);
        }
      }
    } catch (IOException e) {
      LOG.warn("staging folders of failed attempts below {} cannot be deleted", key.output(), e);
    }
  }

  /** Deletes the staging folder of a run, including files of failed attempts. */
  static void delete(Staging staging, SparkSession spark) throws IOException {
    // Deleting the folder would not abort pending uploads of a killed attempt.
    new CommittedFolder(staging.folder(), SparkSql.hadoop(spark)).abort();
    staging.delete();
  }
}
