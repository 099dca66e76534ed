package io.repvit.run;

import io.repvit.image.ImageLimits;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.Conditions;
import io.repvit.predict.Scorer;
import io.repvit.source.Input;
import io.repvit.table.Destination;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All that decides which rows a run has: an attempt resumes what another has begun with an equal
 * one.
 *
 * @param rescore whether what was scored before is scored again
 * @param destination where that is found, and where the rows will be
 */
public record RunSpec(
    Input input, Scorer scorer, ClassifyOptions options, boolean rescore, Destination destination) {
  /** Raised when a text below changes for an equal spec; older unfinished runs are refused then. */
  private static final int VERSION = 1;

  /** Under which an image that failed for its own sake fails again. */
  public Conditions conditions() {
    return Conditions.of(options, scorer);
  }

  /** Canonical text by name; what decides nothing about rows, as the fetch window, is left out. */
  Map<String, String> texts() {
    ImageLimits limits = options.limits();
    var texts = new LinkedHashMap<String, String>();
    texts.put("spec version", Integer.toString(VERSION));
    texts.put("input", input.text());
    texts.put("model SHA-256", scorer.modelSha256());
    texts.put("preprocessing", scorer.preprocessing());
    texts.put("batch", Integer.toString(options.batch()));
    texts.put("top-k", Integer.toString(options.topK()));
    texts.put("max-image-bytes", Long.toString(limits.maxEncodedBytes()));
    texts.put("max-image-pixels", Long.toString(limits.maxPixels()));
    texts.put("max-image-seconds", Integer.toString(limits.maxSeconds()));
    texts.put("rescore", Boolean.toString(rescore));
    texts.put("destination", destination.text());
    return texts;
  }

  /** How this differs from the spec that had the texts {@code before}. */
  List<String> differences(Map<String, String> before) {
    List<String> differences = new ArrayList<>();
    texts()
        .forEach(
            (name, now) -> {
              String then = before.getOrDefault(name, "nothing");
              if (!then.equals(now)) {
                differences.add(String.format(Locale.ROOT, "%s was %s and is %s", name, then, now));
              }
            });
    return differences;
  }
}
