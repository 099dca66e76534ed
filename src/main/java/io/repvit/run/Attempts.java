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

/** How attempts at runs begin: which run they take hold of, and what has to go before. */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  private Attempts() {}

  /**
   * Takes hold of a run and of what was done of it.
   *
   * @throws UserException when the run already stands under its key, or its unfinished part is of
   *     another spec, or the output is malformed, of an unknown scheme, or out of reach
   * @throws LeaseException when another attempt is at the run
   * @throws IOException when the output's file system fails
   */
  static Attempt begin(SparkSession spark, RunKey key, RunSpec spec, RunPolicy policy)
      throws UserException, IOException {
    Staging staging = staging(spark, key);
    requireOutput(staging, key, spark);
    var context = spark.sparkContext();
    String holder = context.applicationId() + " on " + context.conf().get("spark.driver.host");
    var lease = Lease.take(staging, holder, policy.leaseTimeout());
    var attempt = new Attempt(spark, key, spec, policy, staging, lease);
    boolean begun = false;
    try {
      // Another attempt may have held the run until now.
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

  /**
   * Takes hold of an unfinished run of the same spec, of a name and date that {@code scope} admits,
   * which no attempt is at; otherwise of the run {@code key}.
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
          LOG.info("{} is left alone: {}", other, e.getMessage());
        }
      }
    }
    return begin(spark, key, spec, policy);
  }

  private static boolean isUnfinished(SparkSession spark, RunKey key, RunSpec spec)
      throws UserException, IOException {
    KeptPlan kept = new RunRecords(staging(spark, key)).plan();
    if (kept == null || !spec.differences(kept.spec()).isEmpty()) {
      return false;
    }
    requireUnchanged(kept, spark, key, spec);
    return true;
  }

  /** What is planned from the input again can be resumed only while the input stays as it is. */
  private static void requireUnchanged(KeptPlan kept, SparkSession spark, RunKey key, RunSpec spec)
      throws UserException, IOException {
    if (kept.resumption() instanceof Resumption.SameInput) {
      Plan plan = RunPlan.now(spec, key, staging(spark, key).planFiles(), spark).plan();
      var partitions = plan.partitions(spark, kept.partitioning().partitions());
      if (!kept.resumption().equals(partitions.resumption())) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "the input has changed since; start it with --run-id %s --date %s --unfinished discard to do it anew",
                key.id(),
                key.date()));
      }
    }
  }

  /**
   * The staging folder of a run, for who plans it and does no more.
   *
   * @throws UserException when the output is malformed or of an unknown scheme
   */
  static Staging staging(SparkSession spark, RunKey key) throws UserException, IOException {
    try {
      return new Staging(new Path(key.output()).getFileSystem(SparkSql.hadoop(spark)), key);
    } catch (IllegalArgumentException e) {
      throw new UserException("output " + key.output() + " is no place: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UserException(
          "output " + key.output() + " cannot be reached: " + StoreException.describe(e), e);
    }
  }

  /** As {@link #requireUnpublished}, for the first that is asked of the output's store. */
  private static void requireOutput(Staging staging, RunKey key, SparkSession spark)
      throws UserException {
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
            "output " + output + " is a file, expected a folder; give another place");
      }
    } catch (FileNotFoundException e) {
      // It is made with the first file below it.
    }
  }

  private static void requireUnpublished(Staging staging, RunKey key)
      throws UserException, IOException {
    if (staging.fileSystem().exists(key.manifest())) {
      // A driver that was killed after its last word has not cleared it.
      staging.delete();
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s is already published, see %s; choose another --run-id",
              key,
              key.manifest()));
    }
  }

  /** What attempts at other runs have left that died before they had a plan to go on from. */
  private static void deleteForgotten(
      Staging staging, RunKey key, Lease lease, SparkSession spark) {
    FileSystem fs = staging.fileSystem();
    try {
      for (RunKey other : Staging.runs(fs, key.output())) {
        var theirs = new Staging(fs, other);
        if (!other.equals(key) && !fs.exists(theirs.plan()) && lease.isForgotten(theirs)) {
          LOG.info("{} was never planned, and what is staged for it is deleted", other);
          delete(theirs, spark);
        }
      }
    } catch (IOException e) {
      LOG.warn("what dead attempts have left below {} cannot be deleted", key.output(), e);
    }
  }

  /** Deletes everything of a run that is staged, of dead attempts too. */
  static void delete(Staging staging, SparkSession spark) throws IOException {
    // Uploads that a killed attempt has not ended are not seen by who deletes a folder.
    new CommittedFolder(staging.folder(), SparkSql.hadoop(spark)).abort();
    staging.delete();
  }
}
