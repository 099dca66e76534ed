package io.repvit.spark;

import io.repvit.run.RunKey;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * An input, listed, without what published runs have scored.
 *
 * @param plan what is left
 * @param skipped entries that are not
 */
public record Planned(Plan plan, long skipped) {

  /** Entries that were listed: objects, shards or rows. */
  public long listed() {
    return plan.entries() + skipped;
  }

  /**
   * Lists {@code input} now.
   *
   * @param work on the input
   * @param key tells the output where runs are published
   * @param folder for the files of the plan, which the caller deletes, also when this fails
   * @throws InputException when the input, or what was scored before, cannot be read
   * @throws IOException when the plan cannot be written
   */
  public static Planned now(Work work, RunKey key, Path folder, SparkSession spark)
      throws InputException, IOException {
    Plan all = work.input().plan(spark, folder);
    Plan left = work.rescore() ? all : ScoredRuns.leaveOut(all, key, work.scorer(), folder, spark);
    return new Planned(left, all.entries() - left.entries());
  }
}
