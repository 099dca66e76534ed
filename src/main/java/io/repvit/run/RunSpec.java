package io.repvit.run;

import io.repvit.image.ImageLimits;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.Conditions;
import io.repvit.predict.ModelIdentity;
import io.repvit.source.Input;
import io.repvit.table.Destination;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Everything that determines the rows of a run. An attempt resumes a run only if its spec is equal.
 *
 * @param rescore whether objects that published runs have scored are scored again
 * @param destination kind and place of the tables
 */
public record RunSpec(
    Input input,
    ModelIdentity identity,
    ClassifyOptions options,
    boolean rescore,
    Destination destination) {
  /**
   * Version of the texts. It is raised if a text changes for an equal spec; unfinished runs of
   * other versions are refused.
   */
  private static final int VERSION = 1;

  /** The conditions under which a failed image fails again. */
  public Conditions conditions() {
    return Conditions.of(options, identity);
  }

  /**
   * Canonical texts by name. Settings that do not change rows, such as the fetch window, are left
   * out.
   */
  Map<String, String> texts() {
    ImageLimits limits = options.limits();
    var texts = new LinkedHashMap<String, String>();
    texts.put("spec version", Integer.toString(VERSION));
    texts.put("input", input.text());
    texts.put("model SHA-256", identity.modelSha256());
    texts.put("preprocessing", identity.preprocessing());
    texts.put("batch", Integer.toString(options.batch()));
    texts.put("top-k", Integer.toString(options.topK()));
    texts.put("max-image-bytes", Long.toString(limits.maxEncodedBytes()));
    texts.put("max-image-pixels", Long.toString(limits.maxPixels()));
    texts.put("max-image-seconds", Integer.toString(limits.maxSeconds()));
    texts.put("rescore", Boolean.toString(rescore));
    texts.put("destination", destination.text());
    return texts;
  }

  /** The differences from the spec with the texts {@code before}, for messages. */
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
