package io.repvit.spark;

import io.repvit.input.InputException;
import io.repvit.input.Plan;
import io.repvit.input.Scored;
import io.repvit.run.RunKey;
import io.repvit.run.Staging;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An input, listed, without what published runs have done.
 *
 * @param plan what is left
 * @param skipped entries that were scored before
 * @param failed entries that failed before and would fail again
 */
public record Planned(Plan plan, long skipped, long failed) {
  private static final Logger LOG = LoggerFactory.getLogger(Planned.class);

  /** Entries that were listed: objects, shards or rows. */
  public long listed() {
    return plan.entries() + skipped + failed;
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
    if (work.rescore()) {
      return new Planned(all, 0, 0);
    }
    Plan.Rest rest = unscored(all, work, key, folder, spark);
    long left = rest.plan().entries();
    return new Planned(rest.plan(), all.entries() - left - rest.failed(), rest.failed());
  }

  /** The folders where runs of the same output write. */
  private static List<Path> output(RunKey key) {
    return Stream.of(
            PredictionTable.NAME,
            QuarantineTable.NAME,
            RunKey.RUNS,
            Staging.FOLDER,
            ScoredIndex.FOLDER)
        .map(name -> new Path(key.output(), name))
        .toList();
  }

  /** The same in the order in which it is done, see {@link Plan#twinsTogether}. */
  Planned ordered(Path folder, SparkSession spark) {
    return new Planned(plan.twinsTogether(folder, spark), skipped, failed);
  }

  private static Plan.Rest unscored(
      Plan all, Work work, RunKey key, Path folder, SparkSession spark) throws InputException {
    Exception failure;
    try {
      return without(all, work.destination().scored(key, spark), work, folder, spark);
    } catch (Exception e) {
      failure = e;
    }
    try {
      Optional<Dataset<Row>> anew = work.destination().scoredAnew(key, spark);
      if (anew.isPresent()) {
        LOG.warn(
            "the scored index below {} cannot be read and was made anew from the tables: {}",
            key.output(),
            InputException.reason(failure));
        return without(all, anew, work, folder, spark);
      }
    } catch (Exception e) {
      failure = e;
    }
    throw new InputException(
        String.format(
            Locale.ROOT,
            "what was scored before cannot be read from %s: %s; --rescore does without",
            work.destination().place(PredictionTable.NAME, key),
            InputException.reason(failure)),
        failure);
  }

  private static Plan.Rest without(
      Plan all, Optional<Dataset<Row>> rows, Work work, Path folder, SparkSession spark) {
    if (rows.isEmpty()) {
      return new Plan.Rest(all, 0);
    }
    Scorer scorer = work.scorer();
    var scored =
        Scored.of(
            rows.get(), scorer.modelSha256(), scorer.preprocessing(), work.conditions().text());
    return all.without(scored, folder, spark);
  }
}
