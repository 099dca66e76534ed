package io.repvit.bench;

import java.util.List;
import java.util.Map;

/**
 * One process of a benchmark.
 *
 * @param program which one
 * @param round of all programs and numbers of images
 * @param asked how many images the round gives to all programs
 * @param images how many this one classified, the same or a batch more
 * @param wallSeconds from its start to its exit
 * @param processorSeconds of it and its children
 * @param peakPssMiB memory
 * @param parts where the time went, by title
 */
record ColdRun(
    String program,
    int round,
    int asked,
    int images,
    double wallSeconds,
    double processorSeconds,
    long peakPssMiB,
    Map<String, List<Part>> parts) {

  /** Title of the parts by kind of thread. */
  static final String THREADS = "processor seconds by kind of thread";

  /** A part of a process with one or more figures. */
  record Part(String name, List<Double> seconds) {}

  /** Parts by kind of thread. */
  static List<Part> threads(Map<ThreadKind, Double> seconds) {
    return seconds.entrySet().stream()
        .map(e -> new Part(e.getKey().label(), List.of(e.getValue())))
        .toList();
  }

  double rate() {
    return images / wallSeconds;
  }

  double processorMillis() {
    return 1000 * processorSeconds / images;
  }

  /** What this took more than {@code fewer}, a run of the same program. */
  ColdRun minus(ColdRun fewer) {
    return new ColdRun(
        program,
        round,
        asked,
        images - fewer.images,
        wallSeconds - fewer.wallSeconds,
        processorSeconds - fewer.processorSeconds,
        peakPssMiB,
        Map.of());
  }
}
