package io.repvit.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.repvit.UserException;
import io.repvit.analytics.Summaries;
import io.repvit.run.RunPolicy;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options of commands that change published tables. */
final class MaintenanceFlags {
  private static final String LEASE_TIMEOUT = "lease-timeout";

  @Option(
      names = "--output",
      paramLabel = "URI",
      required = true,
      description = "The output of `classify`.")
  String output = "";

  @Option(
      names = "--" + LEASE_TIMEOUT,
      paramLabel = "TIME",
      defaultValue = "60s",
      description =
          "Time after which the lease of another prune or compact expires that was killed, 2s to a"
              + " day.",
      showDefaultValue = Visibility.ALWAYS)
  String leaseTimeout = "60s";

  @Option(
      names = "--json",
      description = "Print JSON instead of a table.",
      showDefaultValue = Visibility.NEVER)
  boolean json;

  /** The time of {@code --lease-timeout}, as settings files write it. */
  Duration leaseTimeout() throws UserException {
    try {
      Duration timeout =
          ConfigFactory.parseMap(Map.of(LEASE_TIMEOUT, leaseTimeout)).getDuration(LEASE_TIMEOUT);
      return new RunPolicy(
              1, RunPolicy.DEFAULT.targetFileBytes(), timeout, RunPolicy.DEFAULT.unfinished())
          .leaseTimeout();
    } catch (ConfigException | IllegalArgumentException e) {
      throw new UserException(
          "--" + LEASE_TIMEOUT + " is " + leaseTimeout + ": " + e.getMessage(), e);
    }
  }

  /** Prints the result as JSON or as a table. */
  void print(PrintWriter out, Object result, Consumer<PrintWriter> table) {
    if (json) {
      out.println(Summaries.json(result));
    } else {
      table.accept(out);
    }
    out.flush();
  }
}
