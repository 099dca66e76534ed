package io.repvit.run;

import io.repvit.UserException;
import io.repvit.plan.Plan;
import io.repvit.predict.Scorer;
import io.repvit.table.PredictionTable;
import io.repvit.table.QuarantineTable;
import io.repvit.table.RunKey;
import io.repvit.table.ScoredIndex;
import io.repvit.table.Staging;
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
 * What a run does: its input, listed, without what published runs have done.
 *
 * @param plan what is left
 * @param skipped entries that were scored before
 * @param failed entries that failed before and would fail again
 */
public record RunPlan(Plan plan, long skipped, long failed) {
  private static final Logger LOG = LoggerFactory.getLogger(RunPlan.class);

  /** Entries that were listed: objects, shards or rows. */
  public long listed() {
    return plan.count() + skipped + failed;
  }

  /**
   * Plans a run anew.
   *
   * @param spec of the run
   * @param key tells the output where runs are published
   * @param folder for the files of the plan, which the caller deletes, also when this fails
   * @throws UserException when the input, or what was scored before, cannot be read
   * @throws IOException when the plan cannot be written
   */
  public static RunPlan now(RunSpec spec, RunKey key, Path folder, SparkSession spark)
      throws UserException, IOException {
    Plan all = Plan.of(spec.input(), output(key), folder, spark);
    Plan.Remainder rest =
        spec.rescore()
            ? all.withoutScored(Optional.empty(), folder, spark)
            : withoutScored(all, spec, key, folder, spark);
    long left = rest.plan().count();
    return new RunPlan(rest.plan(), all.count() - left - rest.failed(), rest.failed());
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

  private static Plan.Remainder withoutScored(
      Plan all, RunSpec spec, RunKey key, Path folder, SparkSession spark) throws UserException {
    Exception failure;
    try {
      return without(all, spec.destination().scored(key, spark), spec, folder, spark);
    } catch (Exception e) {
      failure = e;
    }
    try {
      Optional<Dataset<Row>> anew = spec.destination().scoredAnew(key, spark);
      if (anew.isPresent()) {
        LOG.warn(
            "the scored index below {} cannot be read and was made anew from the tables: {}",
            key.output(),
            UserException.reason(failure));
        return without(all, anew, spec, folder, spark);
      }
    } catch (Exception e) {
      failure = e;
    }
    throw new UserException(
        String.format(
            Locale.ROOT,
            "what was scored before cannot be read from %s: %s; --rescore does without",
            spec.destination().place(PredictionTable.NAME, key),
            UserException.reason(failure)),
        failure);
  }

  private static Plan.Remainder without(
      Plan all, Optional<Dataset<Row>> rows, RunSpec spec, Path folder, SparkSession spark) {
    Scorer scorer = spec.scorer();
    return all.withoutScored(
        rows.map(
            r ->
                ScoredFilter.of(
                    r, scorer.modelSha256(), scorer.preprocessing(), spec.conditions().text())),
        folder,
        spark);
  }
}
