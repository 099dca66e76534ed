package io.repvit.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.repvit.UserException;
import io.repvit.run.RunPolicy;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option {@code --lease-timeout} of commands that change published tables. */
final class LeaseTimeout {
  private static final String KEY = "lease-timeout";

  @Option(
      names = "--" + KEY,
      paramLabel = "TIME",
      defaultValue = "60s",
      description =
          "Time after which the lease of another prune or compact expires that was killed, 2s to a"
              + " day (default: ${DEFAULT-VALUE}).")
  String text = "60s";

  /** The time, as settings files write it. */
  Duration value() throws UserException {
    try {
      Duration timeout = ConfigFactory.parseMap(Map.of(KEY, text)).getDuration(KEY);
      return new RunPolicy(
              1, RunPolicy.DEFAULT.targetFileBytes(), timeout, RunPolicy.DEFAULT.unfinished())
          .leaseTimeout();
    } catch (ConfigException | IllegalArgumentException e) {
      throw new UserException("--" + KEY + " is " + text + ": " + e.getMessage(), e);
    }
  }
}
