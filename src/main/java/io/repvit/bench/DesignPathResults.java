package io.repvit.bench;

import io.repvit.bench.Runs.Spread;
import io.repvit.model.Cost;
import java.util.List;

/**
 * The results of the design-path benchmark.
 *
 * @param setting machine and method, one sentence per line
 * @param path the steps of the design path, in order
 * @param family the published variants
 */
record DesignPathResults(List<String> setting, List<Line> path, List<Line> family) {

  /**
   * The results of one network.
   *
   * @param cost parameters and MACs of the fused form
   */
  record Line(Contender contender, Cost cost, Timing fused, Timing unfused) {}

  /**
   * The measurements of one form of a network.
   *
   * @param latencyMs batch 1, one thread
   * @param imagesPerSecond larger batches, all task slots
   */
  record Timing(Spread latencyMs, Spread imagesPerSecond) {}
}
