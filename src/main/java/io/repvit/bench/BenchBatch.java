package io.repvit.bench;

import picocli.CommandLine.Option;

/** The option {@code --batch} of a benchmark. */
final class BenchBatch {
  @Option(
      names = "--batch",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Images per inference (default: ${DEFAULT-VALUE}).")
  int size = 4;
}
