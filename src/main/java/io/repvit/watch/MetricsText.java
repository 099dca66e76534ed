package io.repvit.watch;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Text in the <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">format of
 * Prometheus</a>.
 */
final class MetricsText {
  private final String output;
  private final Map<LastRunMetric, List<String>> samples = new EnumMap<>(LastRunMetric.class);

  /**
   * @param output value of the label that all samples have
   */
  MetricsText(String output) {
    this.output = output;
  }

  /**
   * Adds a sample.
   *
   * @param labels values, in the order of {@link LastRunMetric#labels}
   */
  void add(LastRunMetric metric, double value, String... labels) {
    String[] names = metric.labels();
    if (names.length != labels.length) {
      throw new IllegalArgumentException(metric + " has " + names.length + " labels");
    }
    var line = new StringBuilder(series(metric));
    line.setLength(line.length() - 1);
    for (int i = 0; i < labels.length; i++) {
      line.append(',').append(names[i]).append("=\"").append(escaped(labels[i])).append('"');
    }
    samples
        .computeIfAbsent(metric, m -> new ArrayList<>())
        .add(line.append("} ").append(text(value)).toString());
  }

  /** A metric with the label output only. */
  String series(LastRunMetric metric) {
    return metric.label() + "{output=\"" + escaped(output) + "\"}";
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    samples.forEach(
        (metric, lines) -> {
          text.append("# HELP ").append(metric.label()).append(' ').append(metric.help());
          text.append("\n# TYPE ").append(metric.label()).append(" gauge\n");
          lines.forEach(line -> text.append(line).append('\n'));
        });
    return text.toString();
  }
}
