package io.repvit.cli;

import io.repvit.UserException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a dry run of {@code classify}. Without cores there is no calibration. */
final class DryRunFlags {
  @Option(
      names = "--dry-run",
      required = true,
      description =
          "List and plan, classify nothing, write nothing. Says images, bytes and storage requests"
              + " of the run; see docs/operations.md.")
  boolean dryRun;

  @Option(
      names = "--cores",
      paramLabel = "N",
      description =
          "With --dry-run: measures this model on a sample of the input for some seconds, and says"
              + " how long the run takes on so many cores.")
  @Nullable Integer cores;

  @Option(
      names = "--sample-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "With --cores: how long the measurement takes (default: ${DEFAULT-VALUE}).")
  int sampleSeconds = 10;

  @Option(
      names = "--price-per-core-hour",
      paramLabel = "P",
      description = "With --dry-run and --cores: says what the cores cost.")
  @Nullable Double pricePerCoreHour;

  @Option(
      names = "--price-per-1000-reads",
      paramLabel = "P",
      description = "With --dry-run: says what GET and HEAD requests cost.")
  @Nullable Double pricePerReads;

  @Option(
      names = "--price-per-1000-writes",
      paramLabel = "P",
      description = "With --dry-run: says what PUT, POST and LIST requests cost.")
  @Nullable Double pricePerWrites;

  void check() throws UserException {
    if (cores != null && cores < 1) {
      throw new UserException("--cores is " + cores + ", expected at least 1");
    }
    if (sampleSeconds < 1) {
      throw new UserException("--sample-seconds is " + sampleSeconds + ", expected at least 1");
    }
    if (pricePerCoreHour != null && cores == null) {
      throw new UserException("--price-per-core-hour needs --cores");
    }
    price("core-hour", pricePerCoreHour);
    price("1000-reads", pricePerReads);
    price("1000-writes", pricePerWrites);
  }

  private static void price(String of, @Nullable Double price) throws UserException {
    if (price != null && !(price >= 0 && price < Double.POSITIVE_INFINITY)) {
      throw new UserException(
          String.format(Locale.ROOT, "--price-per-%s is %s, expected a number from 0", of, price));
    }
  }
}
