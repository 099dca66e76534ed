package io.repvit.watch;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The last known values of metrics, in a registry of Spark under a prefix. */
final class Values implements ExecutorState.Sink {
  private final MetricRegistry registry;
  private final String prefix;
  private final Map<String, Number> values = new ConcurrentHashMap<>();

  Values(MetricRegistry registry, String prefix) {
    this.registry = registry;
    this.prefix = prefix;
  }

  @Override
  public void set(LiveMetric metric, String part, Number value) {
    String name = prefix + metric.label() + part;
    if (values.put(name, value) == null) {
      registry.register(
          name,
          metric.kind() == LiveMetric.Kind.COUNTER
              ? new Count(name)
              : (Gauge<Number>) () -> values.getOrDefault(name, 0));
    }
  }

  /** Takes all values out of the registry. */
  void remove() {
    values.keySet().forEach(registry::remove);
    values.clear();
  }

  /** A counter that is set. */
  private final class Count extends Counter {
    private final String name;

    Count(String name) {
      this.name = name;
    }

    @Override
    public long getCount() {
      return values.getOrDefault(name, 0).longValue();
    }
  }
}
