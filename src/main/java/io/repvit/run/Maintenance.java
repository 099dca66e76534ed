package io.repvit.run;

import io.repvit.UserException;
import io.repvit.spark4.SparkSql;
import io.repvit.table.CommittedFolder;
import io.repvit.table.PublishedRows;
import io.repvit.table.RunKey;
import io.repvit.table.Staging;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to rewrite or delete the published tables below an output, which one process has at a
 * time. Runs of {@code classify} do not need it: they only add tables.
 */
public final class Maintenance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
  private static final String ID = "maintenance";

  private final Staging staging;
  private final Lease lease;

  private Maintenance(Staging staging, Lease lease) {
    this.staging = staging;
    this.lease = lease;
  }

  /**
   * Takes the lease. What a killed process has staged is deleted.
   *
   * @param timeout as of {@link RunPolicy#leaseTimeout}
   * @throws UserException if no run is published below {@code output}, or it cannot be written
   * @throws LeaseException if another process holds the lease
   */
  public static Maintenance begin(SparkSession spark, String output, Duration timeout)
      throws UserException, IOException {
    if (!PublishedRows.areBelow(spark, output)) {
      throw new UserException(
          output + " has no published run, expected the output of classify; see docs/runs.md");
    }
    var key = new RunKey(output, LocalDate.EPOCH, ID);
    Staging staging = Attempts.staging(spark, key);
    Attempts.requireOutput(staging, key, spark);
    Lease lease;
    try {
      lease = Lease.take(staging, Attempts.holder(spark), timeout);
    } catch (LeaseException e) {
      var occupied =
          new LeaseException(
              "another prune or compact is at work below "
                  + output
                  + "; wait for its end, then start again");
      occupied.initCause(e);
      throw occupied;
    }
    var maintenance = new Maintenance(staging, lease);
    try {
      // Deleting the folder would not abort pending uploads of a killed process.
      new CommittedFolder(staging.folder(), SparkSql.hadoop(spark)).abort();
      staging.clear();
    } catch (IOException | RuntimeException e) {
      maintenance.close();
      throw e;
    }
    return maintenance;
  }

  /** A folder for rows that are not visible yet; it is deleted at the end. */
  public Staging staging() {
    return staging;
  }

  /** See {@link Lease#require}. */
  public void require() throws IOException {
    lease.require();
  }

  /** Deletes what is staged, and releases the lease. */
  @Override
  public void close() {
    Thread.interrupted();
    try {
      lease.require();
      staging.clear();
      lease.close();
      staging.clearEmpty();
    } catch (LeaseException e) {
      lease.stop(); // The staged files now belong to another process.
    } catch (IOException e) {
      lease.stop();
      LOG.warn("the staging folder {} cannot be deleted", staging.folder(), e);
    }
  }
}
