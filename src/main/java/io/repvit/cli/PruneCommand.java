package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.run.Maintenance;
import io.repvit.table.Pruning;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Deletes runs that nobody needs. */
@Command(
    name = "prune",
    description =
        "Shows which published runs are old or superseded, and deletes them with --delete. The"
            + " newest run is always kept. Readers of a deleted run fail.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class PruneCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Mixin final MaintenanceFlags flags = new MaintenanceFlags();

  @Option(
      names = "--older-than",
      paramLabel = "DAYS",
      description = "Runs whose date is more than so many days before today (UTC).")
  @Nullable Integer olderThan;

  @Option(
      names = "--superseded",
      description = "Runs all of whose images a newer model has classified in later runs.")
  boolean superseded;

  @Option(names = "--delete", description = "Delete these runs. Without it nothing is deleted.")
  boolean delete;

  /** What the command prints as JSON. */
  private record Result(
      int published, List<Pruning.Run> runs, long imagesWithoutPrediction, boolean deleted) {}

  @Override
  public Integer call() throws UserException, IOException {
    if (olderThan == null && !superseded) {
      throw new UserException("prune needs --older-than DAYS, --superseded or both");
    }
    if (olderThan != null && olderThan < 1) {
      throw new UserException("--older-than is " + olderThan + ", expected at least 1 day");
    }
    Duration timeout = flags.leaseTimeout();
    try (SparkSession spark = Sparks.open("prune")) {
      Pruning pruning;
      if (delete) {
        try (var maintenance = Maintenance.begin(spark, flags.output, timeout)) {
          pruning = plan(spark);
          maintenance.require();
          pruning.delete();
        }
      } else {
        pruning = plan(spark);
      }
      flags.print(
          command.commandLine().getOut(),
          new Result(pruning.published(), pruning.runs(), pruning.lost(), delete),
          out -> print(out, pruning));
      return ExitCode.DONE;
    }
  }

  private Pruning plan(SparkSession spark) throws UserException, IOException {
    return Pruning.plan(
        spark,
        flags.output,
        new Pruning.Rule(olderThan, superseded),
        LocalDate.now(ZoneOffset.UTC));
  }

  private void print(PrintWriter out, Pruning pruning) {
    out.printf(Locale.ROOT, "%-12s %-32s %10s %14s %s%n", "date", "run", "rows", "bytes", "reason");
    for (Pruning.Run run : pruning.runs()) {
      out.printf(
          Locale.ROOT,
          "%-12s %-32s %10d %14d %s%n",
          run.date(),
          run.id(),
          run.rows(),
          run.bytes(),
          run.reason().name().toLowerCase(Locale.ROOT));
    }
    out.printf(
        Locale.ROOT,
        "%n%d of %d runs %s, %d bytes; %d images %s no prediction then%n",
        pruning.runs().size(),
        pruning.published(),
        delete ? "deleted" : "to delete with --delete",
        pruning.runs().stream().mapToLong(Pruning.Run::bytes).sum(),
        pruning.lost(),
        delete ? "have" : "would have");
  }
}
