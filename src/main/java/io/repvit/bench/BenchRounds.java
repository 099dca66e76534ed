package io.repvit.bench;

import picocli.CommandLine.Option;

/** The option {@code --rounds} of a benchmark. */
final class BenchRounds {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Rounds; each measures everything once (default: ${DEFAULT-VALUE}).")
  int number;

  /** Sets the default, which is large enough to show the spread of the benchmark. */
  BenchRounds(int number) {
    this.number = number;
  }
}
