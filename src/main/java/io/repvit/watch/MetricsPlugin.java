package io.repvit.watch;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Shows in Spark's metrics what executors do: images, bytes, quarantine, time per stage, sessions
 * and memory, and the waves of a run. It is switched on by the property {@code
 * spark.plugins=io.repvit.watch.MetricsPlugin}. It works for runs, transformers and SQL functions.
 *
 * <p>Spark's Prometheus servlet is part of the web interface, which only the driver has. So
 * executors send their state to the driver, which has it in its registry per executor. On executors
 * the same values are in their own registry, for sinks such as JMX and StatsD.
 */
public final class MetricsPlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return new DriverMetrics();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorMetrics();
  }
}
