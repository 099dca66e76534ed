package io.repvit.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.repvit.metrics.Traffic;
import io.repvit.plan.Plan;
import io.repvit.source.Input;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * Requests of a run to S3. Those that read a table are not forecast, because the number of ranges
 * depends on its format.
 *
 * @param get objects or ranges read
 * @param head objects asked about
 * @param list pages of listings
 * @param put objects and parts written
 * @param post uploads begun and completed, and bulk deletions
 * @param delete objects deleted one by one
 */
public record RunRequests(long get, long head, long list, long put, long post, long delete) {
  private static final RunRequests NONE = new RunRequests(0, 0, 0, 0, 0, 0);

  // What S3A of Hadoop 3.5 sends with the magic committer to write an output; ForecastTest counts.
  private static final RunRequests PER_RUN = new RunRequests(22, 40, 71, 23, 8, 7);
  private static final RunRequests PER_WAVE = new RunRequests(5, 9, 25, 8, 5, 2);
  private static final RunRequests PER_TASK = new RunRequests(32, 7, 11, 7, 3, 2);
  private static final RunRequests PER_RENEWAL = new RunRequests(0, 1, 2, 1, 0, 0);

  /** A zip archive is read at its end, at its directory, and as a whole. */
  private static final int GETS_PER_ARCHIVE = 3;

  /** Requests that stores bill as reads: GET and HEAD. */
  @JsonProperty
  public long reads() {
    return get + head;
  }

  /** Requests that stores bill as writes: PUT, POST and LIST. DELETE is free. */
  @JsonProperty
  public long writes() {
    return put + post + list;
  }

  /**
   * Forecasts the requests of a run.
   *
   * @param ofPlanning what a dry run has asked; the run asks it too
   * @param seconds how long the run takes; 0 leaves out the renewals of its lease
   */
  static RunRequests of(
      SparkSession spark,
      RunJob job,
      Plan plan,
      int tasks,
      int waves,
      Traffic ofPlanning,
      double seconds) {
    RunRequests planning =
        new RunRequests(
            ofPlanning.get(),
            ofPlanning.head(),
            ofPlanning.list(),
            ofPlanning.put(),
            ofPlanning.post(),
            ofPlanning.delete());
    RunRequests input = NONE;
    if (areOnS3(job.input().uris()) && job.input() instanceof Input.Objects) {
      int gets = job.input() instanceof Input.Zip ? GETS_PER_ARCHIVE : 1;
      input = new RunRequests(gets * plan.count(), plan.withoutLength(spark), 0, 0, 0, 0);
    }
    if (plan.count() == 0 || !areOnS3(List.of(job.key().output()))) {
      return planning.plus(input, 1);
    }
    return planning
        .plus(input, 1)
        .plus(PER_RUN, 1)
        .plus(PER_WAVE, waves)
        .plus(PER_TASK, tasks)
        .plus(
            PER_RENEWAL,
            Math.round(seconds / Lease.secondsPerRenewal(job.policy().leaseTimeout())));
  }

  private RunRequests plus(RunRequests o, long times) {
    return new RunRequests(
        get + times * o.get,
        head + times * o.head,
        list + times * o.list,
        put + times * o.put,
        post + times * o.post,
        delete + times * o.delete);
  }

  private static boolean areOnS3(List<String> uris) {
    return uris.stream().allMatch(uri -> uri.toLowerCase(Locale.ROOT).matches("s3[an]?://.*"));
  }
}
