package io.repvit.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.repvit.plan.ScoredVersions;
import io.repvit.table.ScoredRows;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Selects the rows of the scored index that apply to a run. */
final class ScoredFilter {
  private ScoredFilter() {}

  /**
   * Selects the objects and shards that a run with these models skips or counts as tried again.
   *
   * @param rows columns as in {@link ScoredRows#SCHEMA}
   * @param models hashes of the run's models, lower-case hex; those of a cascade have a fingerprint
   *     of preprocessing that no other run has
   * @param preprocessing fingerprint of the run's preprocessing
   * @param conditions conditions of the run, under which failed images fail again
   */
  static ScoredVersions of(
      Dataset<Row> rows, Set<String> models, String preprocessing, String conditions) {
    Column failed = col(ScoredRows.FAILED);
    Column sameModel = col(ScoredRows.MODEL).isInCollection(models);
    Column samePreprocessing = col(ScoredRows.PREPROCESSING).equalTo(preprocessing);
    Column sameConditions = col(ScoredRows.CONDITIONS).equalTo(conditions);
    Dataset<Row> relevant =
        rows.where(failed.or(sameModel.and(samePreprocessing)))
            .select(
                col(ScoredRows.PATH).as(ScoredVersions.PATH),
                col(ScoredRows.VERSION).as(ScoredVersions.VERSION),
                when(not(failed), lit(ScoredVersions.Outcome.SCORED.ordinal()))
                    .when(
                        sameModel.and(sameConditions), lit(ScoredVersions.Outcome.FAILED.ordinal()))
                    .when(
                        not(col(ScoredRows.OTHER_CONTENT)),
                        lit(ScoredVersions.Outcome.RETRIED.ordinal()))
                    .as(ScoredVersions.OUTCOME),
                col(ScoredRows.SHARD))
            .where(col(ScoredVersions.OUTCOME).isNotNull());
    return new ScoredVersions(
        relevant.where(not(col(ScoredRows.SHARD))).drop(ScoredRows.SHARD),
        relevant.where(col(ScoredRows.SHARD)).drop(ScoredRows.SHARD));
  }
}
