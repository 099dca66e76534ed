package io.repvit.watch;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.repvit.metrics.LiveWork;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.jspecify.annotations.Nullable;

/** The part of the plugin in the driver: waves, and what executors send. */
final class DriverMetrics implements DriverPlugin {
  private final Map<String, Values> executors = new HashMap<>();
  private @Nullable MetricRegistry registry;

  @Override
  public Map<String, String> init(SparkContext spark, PluginContext context) {
    registry = context.metricRegistry();
    counter(registry, LiveMetric.WAVES_PLANNED, LiveWork.SHARED::wavesPlanned);
    counter(registry, LiveMetric.WAVES_DONE, LiveWork.SHARED::wavesDone);
    spark.addSparkListener(
        new SparkListener() {
          @Override
          public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
            forget(removed.executorId());
          }
        });
    return Map.of();
  }

  private static void counter(MetricRegistry registry, LiveMetric metric, LongSupplier value) {
    registry.register(
        metric.label(),
        new Counter() {
          @Override
          public long getCount() {
            return value.getAsLong();
          }
        });
  }

  @Override
  public synchronized @Nullable Object receive(Object message) {
    if (registry != null && message instanceof ExecutorState state) {
      MetricRegistry into = registry;
      state.tell(
          executors.computeIfAbsent(
              state.executor(), id -> new Values(into, "executor." + id + ".")));
    }
    return null;
  }

  private synchronized void forget(String executor) {
    Values values = executors.remove(executor);
    if (values != null) {
      values.remove();
    }
  }
}
