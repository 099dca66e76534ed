package io.repvit.bench;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures sessions in turn on the calling thread, with the same images, and compares them with the
 * first. Every second round runs in reverse order, so that a drift of the machine's speed averages
 * out.
 */
final class SessionBenchmark implements AutoCloseable {
  private static final long SEED = 1;

  private final List<Entrant> entrants = new ArrayList<>();
  private final int batchSize;
  private final PrintWriter out;

  /**
   * @param cpu processor time of the thread per image, milliseconds, by round
   * @param wall wall time per image, milliseconds, by round
   */
  private record Entrant(
      String name,
      ClassifierSession session,
      ImageBatch batch,
      long openMillis,
      List<Double> cpu,
      List<Double> wall) {}

  SessionBenchmark(List<ModelFile> files, int batchSize, PrintWriter out) throws ModelException {
    this.batchSize = batchSize;
    this.out = out;
    try {
      for (ModelFile file : files) {
        long start = System.nanoTime();
        add(file.name(), ClassifierSession.open(file, 1), start);
        start = System.nanoTime();
        ClassifierSession rewritten = ClassifierSession.open(file, 1, batchSize);
        if (rewritten.isRewritten()) {
          add(file.name() + ", rewritten", rewritten, start);
        } else {
          rewritten.close();
        }
      }
    } catch (ModelException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void add(String name, ClassifierSession session, long start) throws ModelException {
    long millis = (System.nanoTime() - start) / 1_000_000;
    ImageBatch batch = session.newBatch(batchSize);
    batch.fill(SEED);
    session.run(batch);
    entrants.add(new Entrant(name, session, batch, millis, new ArrayList<>(), new ArrayList<>()));
  }

  void run(int rounds, int runs) throws ModelException {
    Entrant first = entrants.get(0);
    for (int round = 1; round <= rounds; round++) {
      for (int i = 0; i < entrants.size(); i++) {
        measure(entrants.get(round % 2 == 1 ? i : entrants.size() - 1 - i), runs);
      }
      for (Entrant e : entrants) {
        int last = round - 1;
        out.printf(
            Locale.ROOT,
            "round %2d  %-32s %8.3f ms processor, %8.3f ms wall, %7.2f images/s%n",
            round,
            e.name,
            e.cpu.get(last),
            e.wall.get(last),
            1e3 / e.wall.get(last));
      }
      out.flush();
    }
    out.println();
    for (Entrant e : entrants) {
      out.printf(
          Locale.ROOT,
          "median    %-32s %8.3f ms processor, %.3f times the first (quartiles %.3f to %.3f);"
              + " %7.2f images/s, %.3f times; |difference| %.2g; opened in %d ms%n",
          e.name,
          quantile(e.cpu, 0.5),
          quantile(ratios(first.cpu, e.cpu), 0.5),
          quantile(ratios(first.cpu, e.cpu), 0.25),
          quantile(ratios(first.cpu, e.cpu), 0.75),
          1e3 / quantile(e.wall, 0.5),
          quantile(ratios(first.wall, e.wall), 0.5),
          e.batch.difference(first.batch),
          e.openMillis);
    }
  }

  private void measure(Entrant e, int runs) throws ModelException {
    var threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    long wall = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      e.session.run(e.batch);
    }
    double images = (double) runs * batchSize;
    e.wall.add((System.nanoTime() - wall) / 1e6 / images);
    e.cpu.add((threads.getCurrentThreadCpuTime() - cpu) / 1e6 / images);
  }

  private static List<Double> ratios(List<Double> of, List<Double> to) {
    return IntStream.range(0, of.size()).mapToObj(i -> of.get(i) / to.get(i)).toList();
  }

  /** Quantile with linear interpolation between the nearest ranks. */
  private static double quantile(List<Double> values, double q) {
    List<Double> sorted = values.stream().sorted().toList();
    double rank = q * (sorted.size() - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.size() - 1);
    return sorted.get(below) + (rank - below) * (sorted.get(above) - sorted.get(below));
  }

  @Override
  public void close() {
    for (Entrant e : entrants) {
      e.batch.close();
      e.session.close();
    }
  }
}
