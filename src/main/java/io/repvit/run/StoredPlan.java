package io.repvit.run;

import io.repvit.plan.Partitioning;
import io.repvit.plan.Plan;
import io.repvit.plan.Resumption;
import java.util.List;
import java.util.Map;

/**
 * The content of {@code plan.json}: spec and plan of an unfinished run, for the next attempt.
 *
 * @param spec canonical texts, {@link RunSpec#texts}
 * @param resumption how the next attempt gets the same partitions
 * @param skipped see {@link RunPlan}
 * @param failed see {@link RunPlan}
 * @param partitioning number of partitions and waves
 */
record StoredPlan(
    Map<String, String> spec,
    Resumption resumption,
    long skipped,
    long failed,
    Partitioning partitioning) {

  /** Whether another attempt can compute the same partitions. */
  boolean resumable() {
    return !(resumption instanceof Resumption.Impossible);
  }

  /** Fingerprint of partitions and waves; commit records of waves contain it. */
  String fingerprint() {
    return Plan.fingerprint(
        List.of(
            "plan 1",
            resumption.text(),
            "partitions=" + partitioning.partitions(),
            "waves=" + partitioning.waves()));
  }
}
