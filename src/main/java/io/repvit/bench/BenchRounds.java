package io.repvit.bench;

import picocli.CommandLine.Option;

/** {@code --rounds} of a benchmark. */
final class BenchRounds {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Rounds, each of all that is compared (default: ${DEFAULT-VALUE}).")
  int number;

  /** As many as a benchmark needs to show its spread. */
  BenchRounds(int number) {
    this.number = number;
  }
}
