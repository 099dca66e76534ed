package io.repvit.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.repvit.UserException;
import io.repvit.run.Maintenance;
import io.repvit.table.Compaction;
import io.repvit.table.CompactionGroup;
import io.repvit.table.CompactionRule;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Rewrites small files of published runs. */
@Command(
    name = "compact",
    description =
        "Shows which published runs of one date have small files that can be rewritten into few"
            + " large ones, and does it with --rewrite. The rows stay equal.",
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class CompactCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Mixin final MaintenanceFlags flags = new MaintenanceFlags();

  @Option(
      names = "--target-file-size",
      paramLabel = "SIZE",
      defaultValue = "128MiB",
      description = "Approximate length of the new files.")
  String targetFileSize = "128MiB";

  @Option(
      names = "--least-files",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Smallest number of files of both tables that are rewritten together, at least 3. A"
              + " large number rewrites a row less often.")
  int leastFiles = 10;

  @Option(
      names = "--rewrite",
      description = "Rewrite these files. Without it nothing is changed.",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  boolean rewrite;

  @Option(
      names = "--keep-hours",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "How long the replaced files stay, for queries that are reading them. Until then"
              + " readers that do not look at the manifests find the rows twice; see"
              + " docs/tables.md.")
  int keepHours;

  /**
   * What the command prints as JSON.
   *
   * @param remaining replaced runs of earlier compactions whose files still existed
   */
  private record Result(
      int published, List<CompactionGroup> groups, int remaining, boolean rewritten) {}

  @Override
  public Integer call() throws UserException, IOException {
    CompactionRule rule = rule();
    Duration timeout = flags.leaseTimeout();
    if (keepHours < 0) {
      throw new UserException("--keep-hours is " + keepHours + ", expected at least 0");
    }
    try (SparkSession spark = Sparks.open("compact")) {
      Compaction compaction;
      if (rewrite) {
        try (var maintenance = Maintenance.begin(spark, flags.output, timeout)) {
          compaction = Compaction.plan(spark, flags.output, rule);
          compaction.rewrite(
              maintenance.staging(), maintenance::require, Duration.ofHours(keepHours));
        }
      } else {
        compaction = Compaction.plan(spark, flags.output, rule);
      }
      flags.print(
          command.commandLine().getOut(),
          new Result(compaction.published(), compaction.groups(), compaction.remaining(), rewrite),
          out -> print(out, compaction));
      return ExitCode.DONE;
    }
  }

  private CompactionRule rule() throws UserException {
    try {
      String key = "target-file-size";
      return new CompactionRule(
          ConfigFactory.parseMap(Map.of(key, targetFileSize)).getBytes(key), leastFiles);
    } catch (ConfigException | IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
  }

  private void print(PrintWriter out, Compaction compaction) {
    out.printf(
        Locale.ROOT,
        "%-12s %6s %8s %8s %14s %s%n",
        "date",
        "runs",
        "files",
        "then",
        "bytes",
        "into");
    for (CompactionGroup group : compaction.groups()) {
      out.printf(
          Locale.ROOT,
          "%-12s %6d %8d %8d %14d %s%n",
          group.date(),
          group.runs().size(),
          group.filesBefore(),
          group.filesAfter(),
          group.bytes(),
          group.into());
    }
    out.printf(
        Locale.ROOT,
        "%n%d of %d runs %s; the files of %d runs that were replaced earlier %s%n",
        compaction.groups().stream().mapToInt(group -> group.runs().size()).sum(),
        compaction.published(),
        rewrite ? "rewritten" : "to rewrite with --rewrite",
        compaction.remaining(),
        rewrite ? "are deleted after --keep-hours" : "still exist");
  }
}
