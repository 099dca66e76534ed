package io.repvit.bench;

import io.repvit.bench.Runs.Spread;
import io.repvit.model.Cost;
import java.util.List;

/**
 * What one run of the design-path benchmark found.
 *
 * @param setting machine and method, one sentence a line
 * @param path the steps, in their order
 * @param family the published variants
 */
record DesignPathResults(List<String> setting, List<Line> path, List<Line> family) {

  /**
   * One network.
   *
   * @param cost of the fused form
   */
  record Line(Contender contender, Cost cost, Timing fused, Timing unfused) {}

  /**
   * One form of it.
   *
   * @param latencyMs batch 1, one thread
   * @param imagesPerSecond larger batches, all task slots
   */
  record Timing(Spread latencyMs, Spread imagesPerSecond) {}
}
