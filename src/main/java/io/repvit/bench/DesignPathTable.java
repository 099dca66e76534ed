package io.repvit.bench;

import io.repvit.bench.DesignPathResults.Line;
import io.repvit.bench.Runs.Spread;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Writes the results as a Markdown page. */
final class DesignPathTable {
  private static final String HEAD =
      """
      | %s | parameters, M | GMACs | top-1, %% | iPhone 12, ms | fused, ms | unfused, ms | fused, images/s | unfused, images/s | iPhone / %s | fused / %s |
      |---|---|---|---|---|---|---|---|---|---|---|
      """;

  private DesignPathTable() {}

  static String of(DesignPathResults results) {
    return String.format(
        Locale.ROOT,
        """
        # Design path and family: one run

        %s

        Latency is measured with batch 1 on one thread, images/s on all task slots. Figures are medians, with the least and the greatest
        measurement in brackets. Top-1 and iPhone 12 are published figures; the family is trained with distillation, the path without.

        ## Design path

        %s
        ## Family

        %s""",
        String.join("\n", results.setting()),
        table("step", results.path()),
        table("variant", results.family()));
  }

  /** One group of networks. The last two columns are relative to its first network. */
  private static String table(String what, List<Line> lines) {
    Line first = lines.get(0);
    String name = first.contender().id();
    var table = new StringBuilder(String.format(Locale.ROOT, HEAD, what, name, name));
    for (Line line : lines) {
      Contender c = line.contender();
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %.3f | %.3f | %s | %.2f | %s | %s | %s | %s | %.2f | %.2f |%n",
              c.label(),
              line.cost().parameters() / 1e6,
              line.cost().macs() / 1e9,
              percent(c.top1()),
              c.phoneMs(),
              spread(line.fused().latencyMs(), 2),
              spread(line.unfused().latencyMs(), 2),
              spread(line.fused().imagesPerSecond(), 1),
              spread(line.unfused().imagesPerSecond(), 1),
              c.phoneMs() / first.contender().phoneMs(),
              line.fused().latencyMs().median() / first.fused().latencyMs().median()));
    }
    return table.toString();
  }

  static String percent(OptionalDouble top1) {
    return top1.isPresent() ? String.format(Locale.ROOT, "%.1f", top1.getAsDouble()) : "–";
  }

  private static String spread(Spread s, int digits) {
    String number = "%." + digits + "f";
    return String.format(
        Locale.ROOT, number + " [" + number + ", " + number + "]", s.median(), s.min(), s.max());
  }
}
