package io.repvit.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Tables in Markdown of processes that were started anew: medians, and least to greatest. */
final class ColdTable {
  private final List<ColdRun> runs = new ArrayList<>();

  void add(ColdRun run) {
    runs.add(run);
  }

  /**
   * Time, rate and memory of each program and number of images. Start-up is what the smallest
   * number of images takes in the same round.
   */
  String programs() {
    var text =
        new StringBuilder(
            "| program | images | wall, s | processor, s | images/s | images/s without start-up"
                + " | processor ms/image | processor ms/image without start-up | peak PSS, MiB |\n"
                + "|---|---|---|---|---|---|---|---|---|\n");
    for (int asked : counts()) {
      for (String program : runs.stream().map(ColdRun::program).distinct().toList()) {
        List<ColdRun> same =
            runs.stream().filter(r -> r.asked() == asked && r.program().equals(program)).toList();
        if (same.isEmpty()) {
          continue;
        }
        List<ColdRun> beyond = same.stream().flatMap(r -> withoutStartUp(r).stream()).toList();
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %d | %s | %s | %s | %s | %s | %s | %s |%n",
                program,
                asked,
                spread(same, "%.1f", ColdRun::wallSeconds),
                spread(same, "%.1f", ColdRun::processorSeconds),
                spread(same, "%.1f", ColdRun::rate),
                spread(beyond, "%.1f", ColdRun::rate),
                spread(same, "%.2f", ColdRun::processorMillis),
                spread(beyond, "%.2f", ColdRun::processorMillis),
                spread(same, "%.0f", ColdRun::peakPssMiB)));
      }
    }
    return text.toString();
  }

  /** The same without what the fewest images cost; nothing of these themselves. */
  private Optional<ColdRun> withoutStartUp(ColdRun run) {
    return runs.stream()
        .filter(r -> r.program().equals(run.program()) && r.round() == run.round())
        .filter(r -> r.asked() == counts().get(0) && r.images() < run.images())
        .findFirst()
        .map(run::minus);
  }

  /** For each program with parts, a table of each title. */
  String parts() {
    var text = new StringBuilder();
    for (String program : runs.stream().map(ColdRun::program).distinct().toList()) {
      List<ColdRun> own = runs.stream().filter(r -> r.program().equals(program)).toList();
      own.stream()
          .flatMap(r -> r.parts().keySet().stream())
          .distinct()
          .forEach(title -> text.append(parts(program, title, own)).append('\n'));
    }
    return text.toString();
  }

  /** Parts by number of images, as medians: of one or, with a slash, of two figures. */
  private static String parts(String program, String title, List<ColdRun> own) {
    List<Integer> counts =
        own.stream()
            .filter(r -> r.parts().containsKey(title))
            .map(ColdRun::asked)
            .distinct()
            .sorted()
            .toList();
    var text = new StringBuilder("| ").append(program).append(": ").append(title).append(" |");
    counts.forEach(n -> text.append(' ').append(n).append(" images |"));
    text.append("\n|---|").append("---|".repeat(counts.size())).append('\n');
    List<String> names =
        own.stream()
            .flatMap(r -> r.parts().getOrDefault(title, List.of()).stream())
            .map(ColdRun.Part::name)
            .distinct()
            .toList();
    for (String name : names) {
      text.append("| ").append(name).append(" |");
      for (int n : counts) {
        List<ColdRun.Part> parts =
            own.stream()
                .filter(r -> r.asked() == n)
                .flatMap(r -> r.parts().getOrDefault(title, List.of()).stream())
                .filter(p -> p.name().equals(name))
                .toList();
        text.append(' ').append(medians(parts)).append(" |");
      }
      text.append('\n');
    }
    return text.toString();
  }

  private List<Integer> counts() {
    return runs.stream().map(ColdRun::asked).distinct().sorted().toList();
  }

  private static String medians(List<ColdRun.Part> parts) {
    int figures = parts.stream().mapToInt(p -> p.seconds().size()).min().orElse(0);
    List<Double> medians = new ArrayList<>();
    for (int i = 0; i < figures; i++) {
      int figure = i;
      var values = new Runs();
      parts.forEach(p -> values.add("", p.seconds().get(figure)));
      medians.add(values.median(""));
    }
    return text(medians);
  }

  /** The figures of a part. */
  static String text(List<Double> seconds) {
    return String.join(
        " / ", seconds.stream().map(s -> String.format(Locale.ROOT, "%.2f", s)).toList());
  }

  private static String spread(List<ColdRun> of, String format, ToDoubleFunction<ColdRun> value) {
    if (of.isEmpty()) {
      return "";
    }
    var values = new Runs();
    of.forEach(r -> values.add("", value.applyAsDouble(r)));
    Runs.Spread s = values.spread("");
    return String.format(
        Locale.ROOT, format + " (" + format + " to " + format + ")", s.median(), s.min(), s.max());
  }
}
