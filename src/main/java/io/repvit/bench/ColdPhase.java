package io.repvit.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.repvit.run.Phase;
import io.repvit.run.PhaseClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a job's process, in the order of its time.
 *
 * @param name what the process does
 * @param wallSeconds how long it takes
 * @param processorSeconds of the whole process meanwhile
 */
record ColdPhase(String name, double wallSeconds, double processorSeconds) {
  /** What the job logs when its first image is decoded. */
  private static final String FIRST_IMAGE = "images are decoded by";

  /**
   * Divides the process of {@code classify} by the times in the manifest of its run.
   *
   * @param manifest as {@code classify} has written it
   */
  static List<ColdPhase> of(ColdProcess process, JsonNode manifest) {
    long started =
        process.start()
            + (Instant.parse(manifest.path("started_at").textValue()).toEpochMilli()
                    - process.startMillis())
                * 1_000_000;
    Map<String, Long> ends = new LinkedHashMap<>();
    ends.put("JVM", started);
    JsonNode phases = manifest.path("phases");
    long spark = started + nanos(phases, PhaseClock.START);
    ends.put("Spark and model", spark);
    long planned = spark + nanos(phases, Phase.LISTING.label());
    ends.put("planning", planned);
    long first =
        process.messages().stream()
            .filter(m -> m.line().contains(FIRST_IMAGE))
            .mapToLong(ColdProcess.Message::at)
            .filter(at -> at > planned)
            .findFirst()
            .orElse(planned);
    ends.put("first image", first);
    long classified = planned + nanos(phases, Phase.CLASSIFYING.label());
    ends.put("images", classified);
    long merged = classified + nanos(phases, Phase.MERGING.label());
    ends.put("merging", merged);
    ends.put("publishing", merged + nanos(phases, Phase.PUBLISHING.label()));
    ends.put("shutdown", process.end());
    List<ColdPhase> all = new ArrayList<>();
    long from = process.start();
    for (var end : ends.entrySet()) {
      all.add(
          new ColdPhase(
              end.getKey(),
              (end.getValue() - from) / 1e9,
              used(process, end.getValue()) - used(process, from)));
      from = end.getValue();
    }
    return all;
  }

  private static double used(ColdProcess process, long at) {
    return at == process.end() ? process.processorSeconds() : process.processorSecondsAt(at);
  }

  private static long nanos(JsonNode phases, String name) {
    return Math.round(phases.path(name).asDouble() * 1e9);
  }
}
