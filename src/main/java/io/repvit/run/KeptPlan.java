package io.repvit.run;

import io.repvit.plan.Partitioning;
import io.repvit.plan.Plan;
import io.repvit.plan.Resumption;
import java.util.List;
import java.util.Map;

/**
 * A divided plan, as {@code plan.json} keeps it for the next attempt.
 *
 * @param spec see {@link RunSpec#texts}
 * @param resumption how the next attempt gets the same partitions
 * @param skipped see {@link RunPlan}
 * @param failed see {@link RunPlan}
 * @param partitioning how it is divided
 */
record KeptPlan(
    Map<String, String> spec,
    Resumption resumption,
    long skipped,
    long failed,
    Partitioning partitioning) {

  /** Whether another attempt can get the same partitions. */
  boolean resumable() {
    return !(resumption instanceof Resumption.Impossible);
  }

  /** Equal for plans with the same partitions and waves. */
  String fingerprint() {
    return Plan.fingerprint(
        List.of(
            "plan 1",
            resumption.text(),
            "partitions=" + partitioning.partitions(),
            "waves=" + partitioning.waves()));
  }
}
