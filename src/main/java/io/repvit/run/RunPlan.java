package io.repvit.run;

import io.repvit.UserException;
import io.repvit.plan.Plan;
import io.repvit.table.Destination.Index;
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
 * The plan of a run: the listed input without entries that published runs have scored.
 *
 * @param plan the entries that the run reads
 * @param skipped number of entries that published runs have scored
 * @param failed number of entries that failed in published runs and would fail again
 */
public record RunPlan(Plan plan, long skipped, long failed) {
  private static final Logger LOG = LoggerFactory.getLogger(RunPlan.class);

  /** Number of listed entries: objects, shards or rows. */
  public long listed() {
    return plan.count() + skipped + failed;
  }

  /**
   * Lists the input and plans a run.
   *
   * @param spec of the run
   * @param key key of the run; its output has the published runs
   * @param folder folder for plan files; the caller deletes it, even if this method fails
   * @param dry whether nothing else is written
   * @throws UserException if the input or the scored index cannot be read
   * @throws IOException if the plan cannot be written
   */
  static RunPlan now(RunSpec spec, RunKey key, Path folder, SparkSession spark, boolean dry)
      throws UserException, IOException {
    Plan all = Plan.of(spec.input(), output(key), folder, spark);
    Plan.Remainder rest =
        spec.rescore()
            ? all.withoutScored(Optional.empty(), folder, spark)
            : withoutScored(all, spec, key, folder, spark, dry);
    long left = rest.plan().count();
    return new RunPlan(rest.plan(), all.count() - left - rest.failed(), rest.failed());
  }

  /** The folders below the output into which runs write; the listing leaves them out. */
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
      Plan all, RunSpec spec, RunKey key, Path folder, SparkSession spark, boolean dry)
      throws UserException {
    Exception failure;
    Index index = dry ? Index.READ : Index.UPDATED;
    try {
      return without(all, spec.destination().scored(key, spark, index), spec, folder, spark);
    } catch (Exception e) {
      failure = e;
    }
    try {
      Optional<Dataset<Row>> anew =
          spec.destination().scored(key, spark, dry ? Index.UNUSED : Index.REBUILT);
      if (anew.isPresent()) {
        LOG.warn(
            "the scored index below {} cannot be read and was rebuilt from the tables: {}",
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
            "the objects that were scored before cannot be read from %s: %s; --rescore does not need them",
            spec.destination().place(PredictionTable.NAME, key),
            UserException.reason(failure)),
        failure);
  }

  private static Plan.Remainder without(
      Plan all, Optional<Dataset<Row>> rows, RunSpec spec, Path folder, SparkSession spark) {
    return all.withoutScored(
        rows.map(
            r ->
                ScoredFilter.of(
                    r, spec.models(), spec.identity().preprocessing(), spec.conditions().text())),
        folder,
        spark);
  }
}
