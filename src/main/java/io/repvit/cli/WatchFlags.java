package io.repvit.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of what {@code classify} tells other programs about a run. */
final class WatchFlags {
  @Option(
      names = "--metrics-file",
      paramLabel = "FILE",
      description =
          "File on the driver's machine, ending in .prom, that gets the figures of this run for"
              + " the textfile collector of Prometheus' node exporter, also if the run fails; see"
              + " docs/watching.md.")
  @Nullable String metricsFile;

  @Option(
      names = "--openlineage",
      paramLabel = "URL|FILE",
      description =
          "Where events of OpenLineage are sent when the run begins and ends: an http(s) URL, or a"
              + " file to which they are appended. A key in the environment variable"
              + " OPENLINEAGE_API_KEY is sent to the URL.")
  @Nullable String openlineage;

  @Option(
      names = "--openlineage-namespace",
      paramLabel = "NAME",
      defaultValue = "repvit",
      description = "Namespace of the job in events of OpenLineage.")
  @Nullable String openlineageNamespace;
}
