package io.repvit.spark;

import io.repvit.input.Input;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All that decides which rows a run has: attempts with equal work go on where another has stopped.
 *
 * @param rescore whether what was scored before is scored again
 * @param destination where that is found, and where the rows will be
 */
public record Work(
    Input input, Scorer scorer, ClassifyOptions options, boolean rescore, Destination destination) {

  /** Under which an image that failed for its own sake fails again. */
  public Conditions conditions() {
    return Conditions.of(options, scorer);
  }

  /** As text by name; what decides nothing about rows, such as the fetch window, is left out. */
  Map<String, String> aspects() {
    var aspects = new LinkedHashMap<String, String>();
    aspects.put("input", input.toString());
    aspects.put("model SHA-256", scorer.modelSha256());
    aspects.put("preprocessing", scorer.preprocessing());
    aspects.put("batch", Integer.toString(options.batch()));
    aspects.put("top-k", Integer.toString(options.topK()));
    aspects.put("limits", options.limits().toString());
    aspects.put("rescore", Boolean.toString(rescore));
    aspects.put("destination", destination.toString());
    return aspects;
  }

  /** What is otherwise than in {@code before}, which other work told of itself. */
  List<String> differences(Map<String, String> before) {
    List<String> differences = new ArrayList<>();
    aspects()
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
