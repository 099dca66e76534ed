package io.repvit.bench;

import io.repvit.export.Exporter;
import io.repvit.export.TimmPreprocessing;
import io.repvit.model.RepVitVariant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The model of the benchmarks of the whole job: RepViT-M0.9 with pseudo-random weights, 224x224.
 */
final class BenchModel {
  private static final int CLASSES = 1000;

  private BenchModel() {}

  /** Makes it in {@code folder}; the same on every call. */
  static Path make(Path folder) throws IOException {
    List<String> labels = IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList();
    Path file = folder.resolve("repvit_m0_9.onnx");
    new Exporter()
        .exportPseudoRandom(
            RepVitVariant.M0_9,
            labels,
            TimmPreprocessing.square(TimmPreprocessing.DEFAULT_SIDE),
            file);
    return file;
  }
}
