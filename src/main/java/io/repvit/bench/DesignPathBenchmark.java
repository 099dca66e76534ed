package io.repvit.bench;

import io.repvit.bench.DesignPathResults.Line;
import io.repvit.bench.DesignPathResults.Timing;
import io.repvit.cli.Machine;
import io.repvit.cli.Machine.ProcessorTime;
import io.repvit.export.Forms;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.model.Cost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures networks in turn, each fused and unfused. The models are kept in files, because the
 * family in both forms is larger than the heap.
 *
 * @param folder empty folder for the models
 * @param out prints every measurement
 * @param slots threads that call one session in throughput measurements
 * @param batch images per call in throughput measurements
 * @param seconds duration of each measurement
 */
record DesignPathBenchmark(Path folder, PrintWriter out, int slots, int batch, double seconds) {
  private static final int PROBE_RUNS = 3;
  private static final String OTHERS = "others";
  private static final String FUSED = "fused";
  private static final String UNFUSED = "unfused";

  /**
   * Runs all rounds. Every second round measures the networks in reverse order, so that a drift of
   * the machine's speed averages out.
   */
  DesignPathResults run(
      List<Contender> path, List<Contender> family, int rounds, List<String> setting)
      throws IOException, ModelException {
    var costs = new LinkedHashMap<Contender, Cost>();
    for (List<Contender> group : List.of(path, family)) {
      for (Contender contender : group) {
        Forms forms = contender.forms().get();
        Files.write(file(contender, FUSED), forms.fused().bytes());
        Files.write(file(contender, UNFUSED), forms.unfused().bytes());
        costs.put(contender, forms.cost());
      }
    }
    var latencies = new Runs();
    var rates = new Runs();
    var others = new Runs();
    var order = new ArrayList<>(costs.keySet());
    for (int round = 1; round <= rounds; round++) {
      for (Contender contender : order) {
        for (String form : List.of(FUSED, UNFUSED)) {
          measure(contender, form, round, latencies, rates, others);
        }
      }
      Collections.reverse(order);
    }
    var notes = new ArrayList<>(setting);
    Runs.Spread used = others.spread(OTHERS);
    notes.add(
        String.format(
            Locale.ROOT,
            "Other processes used %.2f processors (median), at most %.2f.",
            used.median(),
            used.max()));
    return new DesignPathResults(
        notes, lines(path, costs, latencies, rates), lines(family, costs, latencies, rates));
  }

  private void measure(
      Contender contender, String form, int round, Runs latencies, Runs rates, Runs others)
      throws IOException, ModelException {
    Path file = file(contender, form);
    var model = ModelFile.of(file.getFileName() + "", Files.readAllBytes(file));
    ProcessorTime before = Machine.processorTime();
    long start = System.nanoTime();
    Speed alone;
    Speed full;
    try (var session = ClassifierSession.open(model, 1)) {
      alone = timed(session, 1, 1);
      full = timed(session, slots, batch);
    }
    double duration = (System.nanoTime() - start) / 1e9;
    double othersUsed = Machine.processorTime().minus(before).others() / duration;
    others.add(OTHERS, othersUsed);
    latencies.add(key(contender, form), 1000 / alone.imagesPerSecond());
    rates.add(key(contender, form), full.imagesPerSecond());
    out.printf(
        Locale.ROOT,
        "round %d  %-4s %-8s %8.2f ms %8.1f images/s, processor time %.2f and %.2f ms per image,"
            + " other processes used %.2f processors%n",
        round,
        contender.id(),
        form,
        1000 / alone.imagesPerSecond(),
        full.imagesPerSecond(),
        alone.processorMs(),
        full.processorMs(),
        othersUsed);
    out.flush();
  }

  /**
   * @param processorMs processor time per image; other processes affect it less than wall time
   */
  private record Speed(double imagesPerSecond, double processorMs) {}

  private Speed timed(ClassifierSession session, int threads, int size)
      throws IOException, ModelException {
    double estimate = Ceiling.measure(session, threads, size, PROBE_RUNS);
    int runs = (int) Math.max(1, Math.round(seconds * estimate / (threads * size)));
    ProcessorTime before = Machine.processorTime();
    double rate = Ceiling.measure(session, threads, size, runs);
    double processor = Machine.processorTime().own() - before.own();
    // Each thread runs once more to warm up.
    return new Speed(rate, 1000 * processor / (threads * size * (runs + 1)));
  }

  private static List<Line> lines(
      List<Contender> group, Map<Contender, Cost> costs, Runs latencies, Runs rates) {
    var lines = new ArrayList<Line>();
    for (Contender c : group) {
      String fused = key(c, FUSED);
      String unfused = key(c, UNFUSED);
      lines.add(
          new Line(
              c,
              costs.getOrDefault(c, new Cost(0, 0)),
              new Timing(latencies.spread(fused), rates.spread(fused)),
              new Timing(latencies.spread(unfused), rates.spread(unfused))));
    }
    return lines;
  }

  private Path file(Contender contender, String form) {
    return folder.resolve(contender.id() + "-" + form + ".onnx");
  }

  private static String key(Contender contender, String form) {
    return contender.id() + " " + form;
  }
}
