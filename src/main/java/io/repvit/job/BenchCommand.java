package io.repvit.job;

import picocli.CommandLine.Command;

/** One class per benchmark; each prints all its runs. */
@Command(
    name = "bench",
    description = "Measures on this machine.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK",
    subcommands = {
      BenchJobCommand.class,
      BenchDecodeCommand.class,
      BenchDesignPathCommand.class,
      BenchSessionCommand.class
    })
final class BenchCommand {}
