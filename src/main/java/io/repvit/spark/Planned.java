package io.repvit.spark;

import io.repvit.input.InputException;
import io.repvit.input.Plan;
import io.repvit.input.Scored;
import io.repvit.run.RunKey;
import io.repvit.run.Staging;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
    Plan all = work.input().plan(spark, folder, output(key));
    Plan left = work.rescore() ? all : unscored(all, work, key, folder, spark);
    return new Planned(left, all.entries() - left.entries());
  }

  /** The folders where runs of the same output write. */
  private static List<Path> output(RunKey key) {
    return Stream.of(PredictionTable.NAME, QuarantineTable.NAME, RunKey.RUNS, Staging.FOLDER)
        .map(name -> new Path(key.output(), name))
        .toList();
  }

  /** The same in the order in which it is done, see {@link Plan#twinsTogether}. */
  Planned ordered(Path folder, SparkSession spark) {
    return new Planned(plan.twinsTogether(folder, spark), skipped);
  }

  private static Plan unscored(Plan all, Work work, RunKey key, Path folder, SparkSession spark)
      throws InputException {
    try {
      Optional<Scored> scored = work.destination().scored(key, work.scorer(), spark);
      return scored.isPresent() ? all.without(scored.get(), folder, spark) : all;
    } catch (Exception e) {
      throw new InputException(
          "what was scored before cannot be read from %s: %s; --rescore does without"
              .formatted(
                  work.destination().place(PredictionTable.NAME, key), InputException.reason(e)),
          e);
    }
  }
}
