package io.repvit.cli;

import io.repvit.run.RunEnd;
import java.util.List;
import java.util.Locale;

/**
 * Why a run that ended without an exception is not published.
 *
 * @param code exit code
 * @param line the message, without the name of the command
 */
record Unpublished(int code, String line) {

  static Unpublished of(RunEnd end, ClassifyConfig config) {
    if (end instanceof RunEnd.NothingNew nothing) {
      return new Unpublished(config.nothingNewCode(), line(nothing, config.job().input().uris()));
    } else if (end instanceof RunEnd.Drifted drifted) {
      return new Unpublished(ExitCode.LIMIT_EXCEEDED, line(drifted));
    } else if (end instanceof RunEnd.LimitExceeded exceeded) {
      return new Unpublished(ExitCode.LIMIT_EXCEEDED, line(exceeded));
    }
    throw new IllegalArgumentException("published: " + end);
  }

  private static String line(RunEnd.NothingNew nothing, List<String> uris) {
    if (nothing.listed() == 0) {
      return String.format(
          Locale.ROOT,
          "no objects in %s, nothing to do%s",
          uris,
          nothing.leftOut().nothing() ? "" : "; " + nothing.leftOut().text());
    }
    return String.format(
        Locale.ROOT,
        "nothing new: all %d in %s were scored before with this model and preprocessing%s;"
            + " --rescore scores them again",
        nothing.listed(),
        uris,
        nothing.failed() == 0
            ? ""
            : String.format(
                Locale.ROOT, ", or failed, %d of them, and would again", nothing.failed()));
  }

  private static String line(RunEnd.Drifted drifted) {
    return drifted.drift().text()
        + "; nothing was published. Start it again with other limits to publish what is staged, or"
        + " with --unfinished discard to compute it anew";
  }

  private static String line(RunEnd.LimitExceeded exceeded) {
    return String.format(
        Locale.ROOT,
        "%d of %d images went to quarantine %s, more than the share %s that max-quarantine-rate"
            + " allows; nothing was published",
        exceeded.report().quarantinedTotal(),
        exceeded.report().rows(),
        exceeded.report().quarantined(),
        exceeded.limit());
  }
}
