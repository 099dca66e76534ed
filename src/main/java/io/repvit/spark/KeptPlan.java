package io.repvit.spark;

import io.repvit.input.Plan;
import io.repvit.input.PlanBlock;
import io.repvit.metrics.LeftOut;
import java.util.List;
import java.util.Map;

/**
 * A plan as it is kept for the next attempt.
 *
 * @param work see {@link Work#aspects}
 * @param blocks of the plan's files; none when the input is its own plan
 * @param leftOut see {@link Plan#leftOut}
 * @param failedBefore see {@link Plan#failedBefore}
 * @param skipped see {@link Planned}
 * @param failed see {@link Planned}
 * @param cut how it was divided
 * @param fingerprint of its partitions
 */
record KeptPlan(
    Map<String, String> work,
    List<PlanBlock> blocks,
    LeftOut leftOut,
    long failedBefore,
    long skipped,
    long failed,
    Cut cut,
    String fingerprint) {}
